// The script once more, by curl: in a process of its own, since each call starts another one, which takes the longer the
// larger the first one is.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, describe, test } from "node:test";
import { curlClient } from "./curl-client.ts";
import { testScript } from "./matrix.ts";
import { openDirectory, openWireServer } from "./wire-server.ts";

const directory = await openDirectory();
const server = await openWireServer({ store: directory.store });
const noCurl = spawnSync("curl", ["--version"]).status !== 0 && "NOT RUN: apt-get install curl";

after(async () => {
  await server.stop();
  await directory[Symbol.asyncDispose]();
});

describe("curl passes the same script", { concurrency: true, timeout: 240_000 }, () => {
  testScript(curlClient("curl, JSON over HTTP/1.1", server.url, ["--http1.1"]), noCurl);
  testScript(curlClient("curl, JSON over HTTP/2", server.url, ["--http2-prior-knowledge"]), noCurl);
});

test("no call by curl was a fault of the server", () => {
  const faults = server.lines.filter(({ level }) => level >= 50);
  assert.deepEqual(faults, []);
});
