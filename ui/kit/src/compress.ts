import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const compressible = /\.(js|css|html|json|svg|txt|map|wasm)$/;

/** Writes `.br` and `.gz` beside every text file of a build, so that the server never compresses at run time. */
function compressFolder(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !compressible.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    if (content.length < 512) continue;
    const quality = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params: quality }));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

/** A Vite plugin that compresses what a build has written. */
export function compress() {
  return {
    name: "compress",
    apply: "build" as const,
    writeBundle(options: { dir?: string }) {
      if (options.dir) compressFolder(options.dir);
    },
  };
}
