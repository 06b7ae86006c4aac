import { defineConfig } from "vite";
// By path: node cannot load TypeScript of a package, the bundler of this file can.
import { compress } from "../kit/src/compress.ts";

export default defineConfig({
  base: "/api-reference/",
  plugins: [compress()],
  build: {
    outDir: "../dist/api-reference",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // The library comes as one file of this size.
    chunkSizeWarningLimit: 1600,
  },
  server: { port: 5174, proxy: { "/api": "http://localhost:3001" } },
});
