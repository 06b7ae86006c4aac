import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
// By path: node cannot load TypeScript of a package, the bundler of this file can.
import { compress } from "../kit/src/compress.ts";
import { routes } from "./src/routes.ts";

const output = resolve(import.meta.dirname, "../dist/sign-in");

/**
 * Writes `preload.json` (path → scripts of its screen), so that the server can announce the script of
 * the requested screen in the page itself: one round trip after the HTML.
 */
function announceScreens(): Plugin {
  let preload = "{}";
  return {
    name: "announce-screens",
    apply: "build",
    generateBundle(_, bundle) {
      const screens: Record<string, string[]> = {};
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk" || !chunk.isDynamicEntry) continue;
        const screen = /screens\/(\w+)\.tsx$/.exec(chunk.facadeModuleId ?? "")?.[1];
        if (screen) screens[screen] = [chunk.fileName, ...chunk.imports];
      }
      const known = Object.entries(routes).map(([path, screen]) => [path, screens[screen]]);
      preload = JSON.stringify({ ...Object.fromEntries(known), "*": screens.Problem });
    },
    writeBundle() {
      writeFileSync(resolve(output, "preload.json"), preload);
    },
  };
}

export default defineConfig({
  // Preact needs no preset: the bundler's own JSX transform does.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [announceScreens(), compress()],
  // The server replaces the marker by a fresh nonce in every page.
  html: { cspNonce: "{{nonce}}" },
  build: {
    outDir: output,
    emptyOutDir: true,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // What most screens share travels as one script rather than eight small ones.
        codeSplitting: {
          groups: [{ name: "shared", test: /src\/(parts\/(AddressForm|Alert|Button|Field|Icon|Link|Mark|Page|Social|Terms)|useForm|identifier)\./ }],
        },
      },
    },
  },
  server: { port: 5173, proxy: { "/api": "http://localhost:3001", "/oidc": "http://localhost:3001" } },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "http://localhost:3001/" } },
    include: ["test/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
