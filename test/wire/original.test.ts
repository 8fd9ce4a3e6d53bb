// The original's API: its clients and workers, in any language, work unchanged.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, fromJson } from "@bufbuild/protobuf";
import { durationFromMs, EmptySchema, timestampFromMs, ValueSchema } from "@bufbuild/protobuf/wkt";
import { JobStatus } from "../../src/gen/lakh/lakh_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { retentionOf } from "../../src/server/server.ts";
import { openStore } from "../../src/store/open.ts";
import { OriginalClient, reservedFor } from "./original-client.ts";
import { openProducer } from "./producer.ts";
import { openWireServer } from "./wire-server.ts";

const add = (id: string) => ({ id, name: "add", args: ["1", "2"] });
const QUIET_MS = 100;

describe("Work", () => {
  test("takes one message per job and answers Empty", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    using producer = openProducer(server.url);
    const jobs = [add("a"), { ...add("b"), name: "sub" }];
    assert.deepEqual(await original.work("add;sub", jobs), create(EmptySchema));
    for (const { id, name } of jobs) {
      const job = await producer.job(id);
      assert.deepEqual([job.name, job.state], [name, JobState.READY]);
      assert.deepEqual(job.payload, { case: "json", value: fromJson(ValueSchema, ["1", "2"]) });
    }
  });

  test("answers Empty only when every job of the stream is stored", async () => {
    const written = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    await using server = await openWireServer({
      openStore: async (config, clock) => {
        const chance = () => clock.chance();
        const store = await openStore("memory:", { retention: retentionOf(config), chance });
        const { enqueue } = store;
        store.enqueue = async (jobs) => {
          if (jobs[0]?.job.id === "last") reached.resolve(await undefined);
          if (jobs[0]?.job.id === "last") await written.promise;
          return enqueue.call(store, jobs);
        };
        return store;
      },
    });
    using original = new OriginalClient(server.url);
    let answered = false;
    const answer = original.work("add", [add("first"), add("last")]).then(() => {
      answered = true;
    });
    await reached.promise;
    await original.getDeadJobs(); // a whole round trip later
    assert.equal(answered, false);
    written.resolve();
    await answer;
  });

  test("runs jobs at once, after a delay or at a time", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    using producer = openProducer(server.url);
    const at = Date.now() + 60_000;
    await original.work("add", [
      { ...add("immediate"), executionTime: { case: "immediate", value: {} } },
      { ...add("delayed"), executionTime: { case: "delayed", value: durationFromMs(1_500) } },
      { ...add("scheduled"), executionTime: { case: "scheduled", value: timestampFromMs(at) } },
    ]);
    const dueIn = async (id: string) => {
      const { dueAt, enqueuedAt } = await producer.job(id);
      return dueAt && enqueuedAt && msOf(dueAt) - msOf(enqueuedAt);
    };
    assert.deepEqual([await dueIn("immediate"), await dueIn("delayed")], [undefined, 1_500]);
    assert.equal(msOf((await producer.job("scheduled")).dueAt), at);
  });

  test("skips jobs whose names were not announced, with a line in the log", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    using producer = openProducer(server.url);
    await original.work("add", [add("told"), { ...add("untold"), name: "sub" }]);
    assert.equal((await producer.job("told")).state, JobState.READY);
    await assert.rejects(producer.job("untold"), /There is no job with this id/);
    const [line] = server.lines.filter(({ level }) => level === 40);
    assert.deepEqual([line?.job, line?.name], ["untold", "sub"]);
  });

  test("and Join are refused without job_names", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    const expected = { code: 3, details: /^job_names: is required/ };
    await assert.rejects(original.work(undefined, [add("a")]), expected);
    await assert.rejects(original.join(undefined).next(), expected);
  });
});

describe("Join", () => {
  test("sends its headers before there is a job", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    const worker = original.join("add");
    const since = performance.now();
    await worker.joined();
    assert.ok(performance.now() - since < 1_000);
    assert.equal(await worker.within(0), undefined);
  });

  test("hands out what waited for the first worker, and takes its success", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    using producer = openProducer(server.url);
    await original.work("add;sub", [{ ...add("a"), ...reservedFor(60) }]);
    const worker = original.join("sub;add");
    const job = await worker.next();
    assert.deepEqual([job.id, job.name, job.args], ["a", "add", ["1", "2"]]);
    assert.equal(job.reservationTime?.seconds, 60n);
    worker.report(job, JobStatus.SUCCEEDED);
    await producer.until("a", JobState.SUCCEEDED);
  });

  test("takes a report without a status for a failure", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    using producer = openProducer(server.url);
    await original.work("add", [{ ...add("a"), ...reservedFor(60) }]);
    const worker = original.join("add");
    worker.report(await worker.next());
    assert.equal((await producer.until("a", JobState.SCHEDULED)).failures, 1);
  });

  test("refuses a status that it does not know, and nothing else happens", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    using producer = openProducer(server.url);
    await original.work(
      "add",
      ["a", "b"].map((id) => ({ ...add(id), ...reservedFor(60) })),
    );
    const worker = original.join("add");
    const [a, b] = await worker.nextAll(2);
    assert.ok(a && b);
    worker.report(a, 7 as JobStatus);
    worker.report(b, JobStatus.SUCCEEDED);
    await producer.until("b", JobState.SUCCEEDED);
    const untouched = await producer.job("a");
    assert.deepEqual([untouched.state, untouched.failures], [JobState.RESERVED, 0]);
    worker.report(a, JobStatus.SUCCEEDED);
    await producer.until("a", JobState.SUCCEEDED);
  });

  test("goes on delivering to a worker that has ended its reports", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    using producer = openProducer(server.url);
    const worker = original.join("add");
    await worker.joined();
    worker.endReports();
    for (const id of ["a", "b"]) {
      await original.work("add", [add(id)]);
      assert.equal((await worker.next()).id, id);
    }
    await producer.until("b", JobState.SUCCEEDED);
  });

  test("gives a job without a reservation once, and it is done when it is out", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    using producer = openProducer(server.url);
    await original.work("add", [add("a")]);
    const worker = original.join("add");
    const job = await worker.next();
    assert.equal(job.reservationTime, undefined);
    await producer.until("a", JobState.SUCCEEDED);
    worker.report(job, JobStatus.FAILED);
    assert.equal(await worker.within(QUIET_MS), undefined);
    const { state, attempt, failures } = await producer.job("a");
    assert.deepEqual([state, attempt, failures], [JobState.SUCCEEDED, 1, 0]);
  });

  test("shares a backlog: no worker has more than 1,000 jobs that it has not reported", async () => {
    await using server = await openWireServer();
    using original = new OriginalClient(server.url);
    const jobs = Array.from({ length: 2_500 }, (_, i) => ({ ...add(`${i}`), ...reservedFor(60) }));
    await original.work("add", jobs);
    const workers = [original.join("add"), original.join("add")];
    const shares = await Promise.all(workers.map((worker) => worker.nextAll(1_000)));
    for (const worker of workers) assert.equal(await worker.within(QUIET_MS), undefined);
    for (const [i, worker] of workers.entries()) {
      for (const job of shares[i]?.slice(0, 250) ?? []) worker.report(job, JobStatus.SUCCEEDED);
    }
    const rest = await Promise.all(workers.map((worker) => worker.nextAll(250)));
    const ids = new Set([...shares, ...rest].flat().map(({ id }) => id));
    assert.equal(ids.size, 2_500);
  });
});

function msOf(instant: { seconds: bigint; nanos: number } | undefined): number {
  return instant ? Number(instant.seconds) * 1_000 + instant.nanos / 1e6 : Number.NaN;
}
