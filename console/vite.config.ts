import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `vite build console` from the repository's root; the server serves the result at /console/. For work on the page:
// `npm start`, and `vite console` beside it.
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  // The content security policy allows scripts and styles from files only, so nothing is inlined.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2024', // Browsers of 2024 know light-dark(). What older ones would get in its place does not follow a switch of the page.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
  server: { host: '127.0.0.1', proxy: { '/v1': 'http://127.0.0.1:4000' } },
});
