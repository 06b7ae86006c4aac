import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build } from "vite";
import { expect, it } from "vitest";
import en from "@portico/phrases/en.json";
import { settings } from "./harness";

const root = resolve(import.meta.dirname, "..");
const limit = 25_000;

it("keeps the whole first load small", async () => {
  const result = await build({ root, logLevel: "silent", build: { write: false }, plugins: [] });
  if (!("output" in result)) throw new Error("one build was expected");
  const chunks = new Map(result.output.map((file) => [file.fileName, file]));
  const entry = result.output.find((file) => file.type === "chunk" && file.isEntry);
  const screen = result.output.find((file) => file.type === "chunk" && file.name === "SignIn");
  if (entry?.type !== "chunk" || screen?.type !== "chunk") throw new Error("entry or screen is missing");
  const scripts = new Set([entry.fileName, ...entry.imports, screen.fileName, ...screen.imports]);
  const styles = result.output.filter((file) => file.fileName.endsWith(".css")).map((file) => file.fileName);
  const contents = [...scripts, ...styles].map((name) => {
    const file = chunks.get(name);
    return file?.type === "chunk" ? file.code : (file?.source ?? "");
  });
  // The page with its settings and strings counts as well.
  const page = readFileSync(resolve(root, "index.html"), "utf8") + JSON.stringify({ settings, phrases: en.translation });
  const size = [page, ...contents].reduce((sum, content) => sum + brotliCompressSync(content).length, 0);
  expect(scripts.size + styles.length, "requests after the page").toBeLessThanOrEqual(4);
  expect(size, "bytes of the first load").toBeLessThan(limit);
});

it("keeps the translation function within 1 kB", async () => {
  const result = await build({
    root,
    configFile: false,
    logLevel: "silent",
    build: { write: false, lib: { entry: resolve(root, "src/phrases.ts"), formats: ["es"] } },
  });
  const [first] = Array.isArray(result) ? result : [];
  const code = first?.output[0].code ?? "";
  expect(code.length).toBeGreaterThan(100);
  expect(brotliCompressSync(code).length).toBeLessThan(1024);
});
