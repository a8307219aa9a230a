import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

// Messages come from whoever uses the sandbox: the page can load and run nothing but its own. The page tells it itself, so
// that it holds wherever the page is served from; not while it is worked on, when Vite puts scripts into it.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
  ],
};

// `vite build sandbox/phone` from the repository's root. For work on the page: start the sandbox on its usual port and
// `vite sandbox/phone` beside it.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react(), contentSecurityPolicy],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2024', // Browsers of 2024 know light-dark(). What older ones would get in its place does not follow a switch of the page.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
  },
  server: { host: '127.0.0.1', proxy: { '/_sandbox': 'http://127.0.0.1:4010' } },
});
