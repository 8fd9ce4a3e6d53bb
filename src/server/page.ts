// Serves the dashboard: the page at the path of each of its screens, and the files that belong to it. It is a client like
// any other, and gets no more from this port than its own files.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { PageFile, PageFiles } from "./page-files.ts";

/** The page's router knows the same (web/shell/screens.ts); test/web/screens.test.ts compares. */
export const SCREEN_PATHS = [
  "/",
  "/queues",
  "/queue",
  "/jobs",
  "/job",
  "/dead",
  "/scheduled",
  "/workers",
  "/operations",
  "/system",
  "/settings",
] as const;

/** https://www.w3.org/TR/CSP3: the page gets nothing from elsewhere, runs nothing that is not its own, and is in no frame. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS_OF_ALL = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  vary: "accept-encoding",
};
const HEADERS_OF_PAGE = {
  ...HEADERS_OF_ALL,
  "cache-control": "no-cache",
  "content-security-policy": CONTENT_SECURITY_POLICY,
};
/** The name of an asset changes with its content. */
const HEADERS_OF_ASSET = { ...HEADERS_OF_ALL, "cache-control": "public, max-age=31536000, immutable" };

const NOT_BUILT =
  "The server is running. The dashboard was not built: run `npm run build:web`, then start the server again.\n";

/** `files` undefined: the page was not built, and says so. */
export function servePage(app: FastifyInstance, files: PageFiles | undefined): void {
  for (const path of SCREEN_PATHS) {
    app.all(path, (request, reply) =>
      files ? send(request, reply, { file: files.index, headers: HEADERS_OF_PAGE }) : sayNotBuilt(reply),
    );
  }
  for (const [path, file] of files?.assets ?? []) {
    app.all(path, (request, reply) => send(request, reply, { file, headers: HEADERS_OF_ASSET }));
  }
}

interface Sent {
  readonly file: PageFile;
  readonly headers: Readonly<Record<string, string>>;
}

function send(request: FastifyRequest, reply: FastifyReply, { file, headers }: Sent): FastifyReply {
  if (request.method !== "GET" && request.method !== "HEAD") return refuseMethod(reply);

  reply.headers(headers).header("etag", file.etag).type(file.contentType);
  if (request.headers["if-none-match"]?.includes(file.etag)) return reply.code(304).send();

  const isCompressed = file.brotli !== undefined && acceptsBrotli(request.headers["accept-encoding"]);
  if (isCompressed) reply.header("content-encoding", "br");
  return reply.send(isCompressed ? file.brotli : file.bytes);
}

function refuseMethod(reply: FastifyReply): FastifyReply {
  return reply.code(405).header("allow", "GET, HEAD").type("text/plain").send("only GET and HEAD\n");
}

function sayNotBuilt(reply: FastifyReply): FastifyReply {
  return reply.code(503).headers(HEADERS_OF_PAGE).type("text/plain").send(NOT_BUILT);
}

/** https://www.rfc-editor.org/rfc/rfc9110#field.accept-encoding; a weight of 0 refuses. */
function acceptsBrotli(accepted: string | string[] | undefined): boolean {
  return String(accepted ?? "")
    .split(",")
    .some((entry) => /^\s*br\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(entry));
}
