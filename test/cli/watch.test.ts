// `lakh watch`: one frame a line, over broken connections, until somebody has seen enough.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerAsAdmin } from "../client/admin-answers.ts";
import { Arrivals, openFakeServer } from "../client/fake-server.ts";
import { startCli } from "./run-cli.ts";

test("it resumes by the last sequence, leaves out heartbeats, and SIGINT ends it with 0", async (t) => {
  const server = await openFakeServer(t);
  answerAsAdmin(server);
  const calls = new Arrivals<{
    afterSequence: bigint;
    topics: readonly number[];
    names: readonly string[];
  }>();
  let count = 0;
  server.admin.watch = async function* (request, { signal }) {
    calls.add(request);
    count += 1;
    if (count === 1) yield { sequence: 7n, snapshot: true };
    yield { sequence: 8n };
    yield { sequence: 9n, jobs: [{ id: `job\u001b-${count}` }] };
    if (count > 1) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  };
  const cli = startCli(["watch", "--topics", "jobs,queues", "--filter-names", "a,b", "--server", server.url]);
  t.after(() => cli.child.kill("SIGKILL"));

  const first = await calls.next();
  const second = await calls.next();
  await cli.said(/job\\u001b-2/);
  cli.child.kill("SIGINT");
  const { code, out, err } = await cli.end;

  assert.deepEqual([first.afterSequence, [...first.topics].sort(), first.names], [0n, [2, 5], ["a", "b"]]);
  assert.equal(second.afterSequence, 9n);
  assert.equal(code, 0);
  assert.deepEqual(
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).sequence),
    ["7", "9", "9"],
  );
  assert.match(err, /trying again/);
});

test("a server that was never there is told at once, with 3", async (t) => {
  const server = await openFakeServer(t);
  const { url } = server;
  await server.close();

  const { code, err } = await startCli(["watch", "--server", url]).end;
  await server.listen();

  assert.equal(code, 3);
  assert.match(err, /lakh watch failed: .*ECONNREFUSED/);
});
