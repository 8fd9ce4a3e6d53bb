// The same script by curl: plain JSON, over both versions of HTTP.
import { spawnSync } from "node:child_process";
import { describe } from "node:test";
import { curlClient } from "./curl-client.ts";
import { openMatrix, testClient } from "./matrix-run.ts";

const { url } = await openMatrix();
const noCurl = spawnSync("curl", ["--version"]).status !== 0 && "NOT RUN: apt-get install curl";

describe("curl passes the same script", { concurrency: true, timeout: 240_000 }, () => {
  testClient(curlClient("curl, JSON over HTTP/1.1", url, ["--http1.1"]), noCurl);
  testClient(curlClient("curl, JSON over HTTP/2", url, ["--http2-prior-knowledge"]), noCurl);
});
