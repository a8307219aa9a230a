import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `vite build sandbox/phone` from the repository's root. For work on the page: start the sandbox on its usual port and
// `vite sandbox/phone` beside it.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2024', // Browsers of 2024 know light-dark(). What older ones would get in its place does not follow a switch of the page.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
  },
  server: { host: '127.0.0.1', proxy: { '/_sandbox': 'http://127.0.0.1:4010' } },
});
