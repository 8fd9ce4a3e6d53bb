// The commands together, as processes: the quick start, and a server that dies in the middle.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runCli, startCli } from "./run-cli.ts";

async function startServer(context: TestContext, argv: readonly string[]) {
  const server = startCli(["serve", ...argv]);
  context.after(() => server.child.kill("SIGKILL"));
  const [, port = ""] = await server.said(/listens on 127\.0\.0\.1:(\d+)/);
  return { server, port, url: `http://127.0.0.1:${port}` };
}

function startWorker(context: TestContext, argv: readonly string[]) {
  const worker = startCli(["work", ...argv]);
  context.after(() => worker.child.kill("SIGKILL"));
  return worker;
}

test("a server, a worker and a job: the result comes back, and all of them stop with 0", async (t) => {
  const { server, url } = await startServer(t, ["--listen", "127.0.0.1:0", "--store", "memory:"]);
  const worker = startWorker(t, ["welcome", "--exec", "cat", "--server", url]);

  const { code, out, err } = await runCli(["enqueue", "welcome", '{"user":42}', "--wait", "--server", url]);

  assert.deepEqual([code, out], [0, '{"user":42}\n'], err);
  worker.child.kill("SIGTERM");
  assert.equal((await worker.end).code, 0);
  server.child.kill("SIGTERM");
  assert.equal((await server.end).code, 0);
});

test("a worker goes on when its server was killed and came back, and no job is lost", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "lakh-serve-test-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const first = await startServer(t, ["--listen", "127.0.0.1:0", "--store", directory]);
  const worker = startWorker(t, ["welcome", "--exec", "cat", "--server", first.url]);
  await worker.said(/connected to/);
  const before = await runCli(["enqueue", "later", "1", "-o", "ndjson", "--server", first.url]);

  first.server.child.kill("SIGKILL");
  await worker.said(/trying again/);
  const second = await startServer(t, ["--listen", `127.0.0.1:${first.port}`, "--store", directory]);
  const { code, out } = await runCli(["enqueue", "welcome", "2", "--wait", "--server", second.url]);
  const again = await runCli([
    "enqueue",
    "later",
    "1",
    "--id",
    JSON.parse(before.out).id,
    "-o",
    "ndjson",
    "--server",
    second.url,
  ]);

  assert.deepEqual([code, out], [0, "2\n"]);
  assert.equal(JSON.parse(again.out).duplicate, true);
});

test("a port that is taken is said in one sentence, with what to do", async (t) => {
  const { port } = await startServer(t, ["--listen", "127.0.0.1:0", "--store", "memory:"]);

  const { code, err } = await startCli(["serve", "--listen", `127.0.0.1:${port}`, "--store", "memory:"]).end;

  assert.equal(code, 1);
  assert.match(err, new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: another program listens there\\.`));
  assert.doesNotMatch(err, /\n\s+at /);
});
