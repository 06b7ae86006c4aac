import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
// By path: node cannot load TypeScript of a package, the bundler of this file can.
import { compress } from '../kit/src/compress.ts';

/** Browsers with `light-dark()`; an older target would rewrite it into something Mantine's scheme cannot switch. */
const modernBrowsers = ['chrome123', 'firefox120', 'safari17.5'];

export default defineConfig({
  base: '/console/',
  plugins: [react(), compress()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: modernBrowsers,
    rolldownOptions: {
      output: {
        // Without groups every icon and every small part of Mantine is a request of its own.
        codeSplitting: {
          groups: [
            { name: 'icons', test: /@tabler/ },
            { name: 'base', test: /node_modules/, minShareCount: 5 },
          ],
        },
      },
    },
  },
  html: { cspNonce: '{{nonce}}' },
  server: { port: 5173 },
});
