// The page and its files, as a browser gets them, and what nobody gets.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { type FastifyInstance, fastify } from "fastify";
import { buildOnePort } from "../../src/server/one-port.ts";
import { CONTENT_SECURITY_POLICY, SCREEN_PATHS, servePage } from "../../src/server/page.ts";
import { readPageFiles } from "../../src/server/page-files.ts";

const PAGE = "<!doctype html><title>Lakh</title>";
const SCRIPT = "document.title = 'Lakh';";

describe("the page:", () => {
  let directory: string;
  let app: FastifyInstance;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lakh-page-"));
    await mkdir(join(directory, "web/assets"), { recursive: true });
    await writeFile(join(directory, "web/index.html"), PAGE);
    await writeFile(join(directory, "web/assets/index-1a2b.js"), SCRIPT);
    await writeFile(join(directory, "web/assets/index-1a2b.js.br"), brotliCompressSync(SCRIPT));
    await writeFile(join(directory, "web/assets/inter-1a2b.woff2"), "a font");
    await writeFile(join(directory, "secret.txt"), "secret");
    app = fastify({ serverFactory: buildOnePort() });
    servePage(app, readPageFiles(pathToFileURL(`${directory}/web/`)));
    await app.listen({ host: "127.0.0.1", port: 0 });
  });
  after(async () => {
    await app.close();
    await rm(directory, { recursive: true });
  });

  test("it is answered at the path of every screen, and is told what it may do", async () => {
    for (const url of SCREEN_PATHS) {
      const { statusCode, headers, body } = await app.inject({ url });
      assert.deepEqual([statusCode, body], [200, PAGE], url);
      assert.equal(headers["content-security-policy"], CONTENT_SECURITY_POLICY);
      assert.equal(headers["cache-control"], "no-cache");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["content-type"], "text/html; charset=utf-8");
    }
  });

  test("whoever has it gets 304 and no body", async () => {
    const { headers } = await app.inject({ url: "/jobs" });
    const again = await app.inject({ url: "/jobs", headers: { "if-none-match": String(headers.etag) } });
    assert.deepEqual([again.statusCode, again.body], [304, ""]);
    const other = await app.inject({ url: "/jobs", headers: { "if-none-match": '"other"' } });
    assert.equal(other.statusCode, 200);
  });

  test("its files may be kept for ever, and come compressed to whoever can read that", async () => {
    const url = "/assets/index-1a2b.js";
    const compressed = await app.inject({ url, headers: { "accept-encoding": "gzip, br" } });
    assert.equal(compressed.headers["content-encoding"], "br");
    assert.equal(String(brotliDecompressSync(compressed.rawPayload)), SCRIPT);
    assert.equal(compressed.headers.vary, "accept-encoding");
    assert.equal(compressed.headers["cache-control"], "public, max-age=31536000, immutable");
    for (const accepted of [undefined, "gzip", "br;q=0", "brotli"]) {
      const headers = accepted === undefined ? {} : { "accept-encoding": accepted };
      const plain = await app.inject({ url, headers });
      assert.deepEqual([plain.headers["content-encoding"], plain.body], [undefined, SCRIPT], accepted);
    }
    const font = await app.inject({ url: "/assets/inter-1a2b.woff2" });
    assert.deepEqual([font.headers["content-type"], font.body], ["font/woff2", "a font"]);
  });

  test("HEAD has the headers and no body; other methods are refused", async () => {
    const head = await app.inject({ method: "HEAD", url: "/" });
    assert.deepEqual(
      [head.statusCode, head.body, head.headers["content-length"]],
      [200, "", `${PAGE.length}`],
    );
    const post = await app.inject({ method: "POST", url: "/jobs" });
    assert.deepEqual([post.statusCode, post.headers.allow], [405, "GET, HEAD"]);
  });

  test("over HTTP/2 it is the same", async () => {
    const { port } = app.server.address() as { port: number };
    const session = connect(`http://127.0.0.1:${port}`);
    const get = async (path: string) => {
      const stream = session.request({ ":path": path, "accept-encoding": "br" });
      const [headers] = await once(stream, "response");
      return { headers, body: await buffer(stream) };
    };
    const page = await get("/system");
    assert.deepEqual([page.headers[":status"], String(page.body)], [200, PAGE]);
    assert.equal(page.headers["content-security-policy"], CONTENT_SECURITY_POLICY);
    const script = await get("/assets/index-1a2b.js");
    assert.equal(String(brotliDecompressSync(script.body)), SCRIPT);
    session.close();
  });

  test("nothing else is served, whatever a path says", async () => {
    const { port } = app.server.address() as { port: number };
    for (const path of [
      ...["/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"],
      ...[
        "/secret.txt",
        "/assets/",
        "/assets/index-1a2b.js.br",
        "/index.html",
        "//secret.txt",
        "/jobs/..",
        "/assets",
      ],
    ]) {
      const call = request({ host: "127.0.0.1", port, path });
      call.end();
      const [{ statusCode }] = await once(call, "response");
      assert.equal(statusCode, 404, path);
    }
  });
});

test("without a build the server says what to do, and gives no other sign of a page", async () => {
  const app = fastify();
  servePage(app, readPageFiles(pathToFileURL("/nowhere/at/all/")));
  const { statusCode, body } = await app.inject({ url: "/" });
  assert.equal(statusCode, 503);
  assert.match(body, /npm run build:web/);
});
