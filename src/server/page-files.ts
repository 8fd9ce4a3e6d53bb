// The built dashboard, read once into memory: only what is in that directory when the server starts is ever served, and
// no path of a request reaches the file system.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";

/** One file of the page. */
export interface PageFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The same, compressed with brotli, where that is worth it. */
  readonly brotli: Buffer | undefined;
  /** Quoted, as in the header. */
  readonly etag: string;
}

/** What `npm run build:web` has made. */
export interface PageFiles {
  readonly index: PageFile;
  /** By path: `/assets/index-BdglUQCt.js`. Each name has a hash of its content in it. */
  readonly assets: ReadonlyMap<string, PageFile>;
}

/** Where the build puts it, seen from src/server and from dist/server alike. */
export const BUILT_PAGE = new URL("../../dist/web/", import.meta.url);

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Undefined when it was not built. */
export function readPageFiles(directory: URL = BUILT_PAGE): PageFiles | undefined {
  if (!existsSync(new URL("index.html", directory))) return undefined;

  const assetNames = readdirSync(new URL("assets/", directory)).filter((name) => !name.endsWith(".br"));
  const assets = assetNames.map(
    (name) => [`/assets/${name}`, readFile(new URL(`assets/${name}`, directory))] as const,
  );
  return { index: readFile(new URL("index.html", directory)), assets: new Map(assets) };
}

function readFile(url: URL): PageFile {
  const bytes = readFileSync(url);
  const compressed = new URL(`${url.href}.br`);
  return {
    contentType: CONTENT_TYPES[extname(url.pathname)] ?? "application/octet-stream",
    bytes,
    brotli: existsSync(compressed) ? readFileSync(compressed) : undefined,
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
  };
}
