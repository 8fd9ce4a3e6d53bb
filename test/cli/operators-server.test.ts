// The operators' commands and the library's Admin against the real server: what they say is what is there.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { Admin, type Handler, Producer, Worker } from "../../src/client/client.ts";
import { gate } from "../client/open-worker.ts";
import { runCli, startCli } from "./run-cli.ts";

async function open(context: TestContext) {
  const server = startCli(["serve", "--listen", "127.0.0.1:0", "--store", "memory:"]);
  context.after(() => server.child.kill("SIGKILL"));
  const [, port = ""] = await server.said(/listens on 127\.0\.0\.1:(\d+)/);
  const url = `http://127.0.0.1:${port}`;
  const [producer, admin] = [new Producer({ url }), new Admin({ url })];
  context.after(() => {
    producer.close();
    admin.close();
  });
  const openWorker = (handler: Handler, workerId = "w1") => {
    const worker = new Worker({ url, workerId, handlers: { add: handler }, capacity: 2 });
    context.after(() => worker.close({ graceMs: 0, flushMs: 0 }));
    return { worker, running: worker.run() };
  };
  const lakh = async (...argv: string[]) => runCli([...argv, "--server", url]);
  return { producer, admin, openWorker, lakh };
}

async function all<T>(things: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const thing of things) found.push(thing);
  return found;
}

const noRetries = { maxRetries: 0 };

test("a cancelled job's signal is aborted within 100 ms", async (t) => {
  const { producer, openWorker, lakh } = await open(t);
  const aborted = new Map<string, number>();
  const { worker } = openWorker(async ({ id }, { signal }) => {
    await once(signal, "abort");
    aborted.set(id, performance.now());
  });
  const tookMs: number[] = [];
  for (const id of ["a", "b", "c", "d", "e"]) {
    const [started, ended] = [once(worker, "started"), once(worker, "ended")];
    await producer.enqueue({ name: "add", id });
    await started;

    const askedAt = performance.now();
    // The command has to be loaded first, which is not what is measured.
    if (id === "e") assert.equal((await lakh("jobs", "cancel", id, "--yes")).code, 0);
    else await producer.cancel([id]);
    assert.deepEqual((await ended)[1], { is: "cancelled", reason: "cancelled" });
    if (id !== "e") tookMs.push((aborted.get(id) ?? Number.POSITIVE_INFINITY) - askedAt);
  }

  // The quicker half: the others may have had to wait for the processor.
  const [, median = Number.POSITIVE_INFINITY] = tookMs.toSorted((one, other) => one - other);
  assert.ok(median < 100, `${tookMs.map(Math.round)} ms`);
});

test("an operator's drain ends the worker's run after what it holds is reported", async (t) => {
  const { producer, admin, openWorker, lakh } = await open(t);
  const { open: finish, opened } = gate();
  const { worker, running } = openWorker(() => opened);
  const started = once(worker, "started");
  await producer.enqueue([
    { name: "add", id: "a" },
    { name: "add", id: "b" },
    { name: "add", id: "c" },
  ]);
  await started;

  const drained = once(worker, "drained");
  const { out } = await lakh("workers", "drain", "w1", "--yes");
  assert.match(out, /w1 +draining/);
  assert.deepEqual(await drained, ["operator"]);
  finish();
  await running;

  assert.deepEqual(
    [(await producer.get("a"))?.state, (await producer.get("c"))?.state],
    ["succeeded", "ready"],
  );
  assert.deepEqual(await all(admin.workers()), []);
});

test("dead jobs are grouped, previewed, brought back by their group, and done", async (t) => {
  const { producer, openWorker, lakh } = await open(t);
  let isBroken = true;
  const { worker } = openWorker((job) => {
    if (isBroken) throw new RangeError(`no room for ${job.id}`);
  });
  const jobs = Array.from({ length: 150 }, (_, n) => ({ name: "add", id: `job-${n}`, retry: noRetries }));
  let left = jobs.length;
  const allEnded = new Promise<void>((resolve) => worker.on("ended", () => --left === 0 && resolve()));
  await producer.enqueue(jobs);
  await allEnded;
  for await (const { state } of producer.watch("job-149")) if (state === "dead") break;

  const groups = (await lakh("dead", "groups", "-o", "ndjson")).out.trim().split("\n");
  const { group, jobs: count } = JSON.parse(groups[0] ?? "");
  const preview = await lakh("dead", "retry", group, "--dry-run");
  isBroken = false;
  const retried = await lakh("dead", "retry", group);
  for await (const { state } of producer.watch("job-149")) if (state === "succeeded") break;

  assert.deepEqual([groups.length, count], [1, "150"]);
  assert.match(preview.out, /^Would retry 150 jobs\.\n/);
  assert.match(retried.out, /^150 jobs retried/);
});

test("a paused queue says so everywhere, and goes on when it is resumed", async (t) => {
  const { producer, openWorker, lakh } = await open(t);
  openWorker(() => 42);
  await lakh("queues", "pause", "add");
  await producer.enqueue({ name: "add", id: "a" });

  assert.match((await lakh("queues", "list")).out, /add +1 .* paused\n/);
  assert.match((await lakh("jobs", "explain", "a")).out, /has been paused/);
  assert.match((await lakh("top")).out, /add .* paused\n/);
  await lakh("queues", "resume", "add");
  for await (const { state, result } of producer.watch("a"))
    if (state === "succeeded") assert.equal(result.json, 42);
});

test("enqueueAndWait answers the result; a unique key keeps or replaces", async (t) => {
  const { producer, openWorker } = await open(t);
  const keyed = { name: "add", uniqueKey: "k", delayMs: 60_000 };
  const first = await producer.enqueue({ ...keyed, id: "a" });
  const second = await producer.enqueue({ ...keyed, id: "b" });
  const third = await producer.enqueue({ ...keyed, id: "c", onConflict: "replace" });
  openWorker((job) => job.json);

  const waited = await producer.enqueueAndWait({ name: "add", json: 7 }, { waitMs: 10_000 });

  assert.deepEqual(
    [first.duplicate, second, third.replacedId],
    [false, { id: "a", state: "scheduled", duplicate: true }, "a"],
  );
  assert.equal((await producer.get("a"))?.replacedBy, "c");
  assert.deepEqual([waited.state, waited.result], ["succeeded", { json: 7 }]);
});

test("every word of the filter language is understood by the server", async (t) => {
  const { producer, admin } = await open(t);
  await producer.enqueue({
    name: "add",
    id: "a",
    labels: { tenant: "42" },
    priority: 3,
    json: "ann@example.com",
    delayMs: 1_000_000,
  });
  await producer.enqueue({ name: "sub", id: "b", uniqueKey: "k" });
  const found = async (filter: string) => (await all(admin.jobs({ filter }))).map(({ id }) => id).sort();

  const filters: readonly [filter: string, ids: string[]][] = [
    ["", ["a", "b"]],
    ["state:scheduled", ["a"]],
    ["is:retrying", []],
    ["name:ad*,x", ["a"]],
    ["-name:add", ["b"]],
    ["-(name:add priority:3)", ["b"]],
    ["error:Boom", []],
    ['error:"boom"', []],
    ["group:9f2c00112233aabb", []],
    ["label.tenant:42", ["a"]],
    ["label.tenant:*", ["a"]],
    ["id:a,zz", ["a"]],
    ["worker:w1", []],
    ["key:k", ["b"]],
    ["since:1h until:2999-01-01", ["a", "b"]],
    ["due:<1h", ["a"]],
    ["due:>=1h", []],
    ["finished:<1h", []],
    ["priority:>0", ["a"]],
    ["attempt:0 failures:0", ["a", "b"]],
    ['payload:"ann@example.com"', ["a"]],
  ];
  for (const [filter, ids] of filters) assert.deepEqual(await found(filter), ids, filter);
});

test("watch tells of what happens", async (t) => {
  const { producer, admin } = await open(t);
  const frames = admin.watch({ topics: ["jobs", "queues"], intervalMs: 1_000 });
  const { value: snapshot } = await frames.next();
  await producer.enqueue({ name: "add", id: "a" });

  let seen: readonly string[] = [];
  for await (const { jobs } of frames) {
    seen = jobs.map(({ id }) => id);
    if (seen.length > 0) break;
  }

  assert.equal(snapshot?.isSnapshot, true);
  assert.deepEqual(seen, ["a"]);
});
