// Builds the page into dist/web, where the server looks for it: one chunk for the first load, charts apart, and beside
// each file its brotli twin, so that the server compresses nothing. `--watch` builds again whenever a file changes.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { build } from "vite";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const OUT = fileURLToPath(new URL("../dist/web", import.meta.url));
const isWatching = process.argv.includes("--watch");

await build({
  root: ROOT,
  configFile: false,
  logLevel: isWatching ? "info" : "warn",
  // Relative, so that the page works wherever a proxy puts it.
  base: "./",
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the content security policy allows no data: fonts
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // "use client" means something to other frameworks; here all is client.
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
    },
    ...(isWatching && { watch: {} }),
  },
});
if (!isWatching) await compressAll();

async function compressAll(): Promise<void> {
  const entries = await readdir(OUT, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(html|js|css|svg)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(paths.map(compress));
}

async function compress(path: string): Promise<void> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(await readFile(path), { params }));
}
