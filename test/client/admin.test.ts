// The admin against a scripted server: what goes over the wire, what comes back, and which calls are repeated.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { Admin, Code, ConnectError, FilterError } from "../../src/client/client.ts";
import { wireToJson } from "../../src/client/wire-json.ts";
import { answerAsAdmin, now } from "./admin-answers.ts";
import { openFakeServer } from "./fake-server.ts";

async function openAdmin(context: TestContext, retryForMs = 5_000) {
  const server = await openFakeServer(context);
  const world = { matching: 3, isComplete: true };
  const asked = answerAsAdmin(server, world);
  const admin = new Admin({ url: server.url, retryForMs });
  context.after(async () => admin.close());
  return { server, asked, world, admin };
}

async function all<T>(things: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const thing of things) found.push(thing);
  return found;
}

test("lists are plain TypeScript, page after page", async (t) => {
  const { admin } = await openAdmin(t);

  const jobs = await all(admin.jobs({ filter: "state:dead" }));
  const [mail, pdf] = await all(admin.queues());
  const [group] = await all(admin.deadGroups());
  const [worker] = await all(admin.workers());

  assert.deepEqual(
    jobs.map(({ id, state, deathReason, since, errorGroup }) => [id, state, deathReason, since, errorGroup]),
    ["d1", "d2"].map((id) => [id, "dead", "retries_used_up", now - 180_000, "9f2c00112233aabb"]),
  );
  assert.deepEqual([mail?.jobs.ready, mail?.oldestReadyAgeMs, mail?.isPaused], [12_345, 185_000, false]);
  assert.deepEqual([pdf?.isPaused, pdf?.pausedSince, pdf?.capacity], [true, now - 60_000, 4]);
  assert.deepEqual([group?.jobs, group?.errorLine, group?.lastSeen], [4_120, "id <n>", now - 30_000]);
  assert.deepEqual([worker?.workerId, worker?.held, worker?.lastHeardAt], ["host-1", 1, now - 2_000]);
  assert.equal((await admin.overview()).capacity, 4);
  const { eventLoopDelay, disk, refusals, settings } = await admin.system();
  assert.deepEqual([eventLoopDelay.p50Ms, disk?.freeBytes], [0.15, 1_073_741_824]);
  assert.deepEqual(refusals, [
    { rpc: "lakh.v1.ProducerService/Enqueue", code: "invalid_argument", calls: 12_000 },
  ]);
  assert.deepEqual(
    settings.map(({ key, source }) => [key, source]),
    [
      ["max_retries", "default"],
      ["env_name", "file"],
    ],
  );
  assert.equal((await admin.queue("x")).queue.name, "x");
});

test("a page says how far the search came and where it goes on", async (t) => {
  const { admin } = await openAdmin(t);

  const page = await admin.jobsPage();

  assert.deepEqual(
    [page.jobs.length, page.nextPageToken, page.searched, page.candidates],
    [1, "more", 1_000, 2_500],
  );
  assert.equal((await admin.jobsPage({ pageToken: "2" })).nextPageToken, undefined);
});

test("a dry run is a preview, whose instant bounds the operation, which is followed to its end", async (t) => {
  const { admin, asked } = await openAdmin(t);
  const filter = "state:dead";

  const { preview } = await admin.retry({ filter }, { dryRun: true });
  const { operation } = await admin.retry({ filter, asOf: preview?.asOf }, { spreadMs: 60_000 });
  const seen = await all(admin.follow(operation ?? { id: "" }, { everyMs: 1 }));

  assert.deepEqual([preview?.matching, preview?.isComplete, preview?.counts[0]?.state], [3, true, "dead"]);
  assert.deepEqual([operation?.kind, operation?.filterText], ["retry", "state:dead"]);
  assert.deepEqual(
    seen.map(({ state, changed }) => [state, changed]),
    [
      ["running", 1],
      ["done", 3],
    ],
  );
  assert.equal(asked.changes[1]?.spreadSeconds, 60);
  assert.equal(asked.changes[1]?.selection?.asOf?.seconds, BigInt(now / 1_000 - 1));
});

test("ids are answered one by one", async (t) => {
  const { admin } = await openAdmin(t);
  const ids = ["a", "busy", "unknown"];

  for (const change of [admin.retry, admin.runNow, admin.cancel, admin.delete]) {
    const { jobs } = await change.call(admin, { ids });
    assert.deepEqual(
      jobs.map(({ outcome, reason }) => [outcome, reason]),
      [
        ["changed", undefined],
        ["refused", "it is reserved"],
        ["not_found", undefined],
      ],
    );
  }
});

test("pausing, resuming, draining and stopping answer whom they reached", async (t) => {
  const { admin } = await openAdmin(t);

  assert.deepEqual(await admin.pause(["a", "b"]), ["a"]);
  assert.deepEqual(await admin.resume(["a", "b"]), ["a", "b"]);
  assert.deepEqual(await admin.drainWorkers({ everyone: true }), ["host-1"]);
  assert.equal((await admin.stopOperation("op-1")).state, "stopped");
  assert.equal((await admin.operations())[0]?.id, "op-1");
});

test("reads, pauses and dry runs are repeated while the server is away; changes are not", async (t) => {
  const { server, admin } = await openAdmin(t);
  const calls = { reads: 0, pauses: 0, tries: 0, changes: 0 };
  const failOnce = (key: keyof typeof calls) => {
    calls[key] += 1;
    if (calls[key] === 1) throw new ConnectError("stopping", Code.Unavailable);
    return {};
  };
  server.admin.listOperations = () => failOnce("reads");
  server.admin.pauseQueues = () => failOnce("pauses");
  server.admin.deleteJobs = ({ dryRun }) => failOnce(dryRun ? "tries" : "changes");

  await admin.operations();
  await admin.pause(["a"]);
  await admin.delete({ ids: ["a"] }, { dryRun: true });
  await assert.rejects(
    admin.delete({ ids: ["a"] }),
    (error) => ConnectError.from(error).code === Code.Unavailable,
  );

  assert.deepEqual(calls, { reads: 2, pauses: 2, tries: 2, changes: 1 });
});

test("a change that cannot have reached a server is repeated", async (t) => {
  const { server, admin, asked } = await openAdmin(t);
  const { port } = server;
  await server.close();

  const changed = admin.cancel({ ids: ["a"] });
  await server.listen(port);

  assert.equal((await changed).jobs[0]?.outcome, "changed");
  assert.equal(asked.changes.length, 1);
});

test("watch leaves out heartbeats and resumes by sequence after a broken connection", async (t) => {
  const { server, admin } = await openAdmin(t);
  const asked: bigint[] = [];
  server.admin.watch = async function* ({ afterSequence }) {
    asked.push(afterSequence);
    if (afterSequence === 0n) yield { sequence: 4n, snapshot: true };
    yield { sequence: 5n };
    if (afterSequence === 0n) return;
    yield { sequence: 6n, queuesGone: ["a"] };
  };
  const seen: [bigint, boolean][] = [];
  let breaks = 0;

  for await (const frame of admin.watch({ topics: ["queues"], onBreak: () => breaks++ })) {
    seen.push([frame.sequence, frame.isSnapshot]);
    if (seen.length === 2) break;
  }

  assert.deepEqual(
    [seen, asked, breaks],
    [
      [
        [4n, true],
        [6n, false],
      ],
      [0n, 5n],
      1,
    ],
  );
});

test("a filter that cannot be read is told before anything is sent", async (t) => {
  const { admin, asked } = await openAdmin(t);

  await assert.rejects(admin.delete({ filter: "naem:a" }), FilterError);
  assert.deepEqual(asked.changes, []);
});

test("only messages of the API have a JSON of the API", () => {
  assert.throws(() => wireToJson(create(ValueSchema)), TypeError);
});
