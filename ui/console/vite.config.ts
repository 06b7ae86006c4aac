import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: { outDir: '../dist/console', emptyOutDir: true, target: 'es2022' },
  html: { cspNonce: '{{nonce}}' },
  server: { port: 5173 },
});
