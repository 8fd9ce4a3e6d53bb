// The producer against a scripted server: what goes over the wire, and what is repeated when the outcome is unknown.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, newJobId, Producer } from "../../src/client/client.ts";
import { JobSchema, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { type FakeServer, openFakeServer } from "./fake-server.ts";

async function openProducer(context: TestContext, retryForMs = 5_000) {
  const server = await openFakeServer(context);
  const producer = new Producer({ url: server.url, retryForMs });
  context.after(async () => producer.close());
  return { server, producer };
}

test("a job travels as it was described, with an id made by the producer", async (t) => {
  const { server, producer } = await openProducer(t);

  const enqueued = await producer.enqueue({
    name: "add",
    json: { a: [1, null, "x"] },
    delayMs: 1_500,
    reservationTimeMs: 0,
    retry: { maxRetries: 0, delaysMs: [10, 20] },
    priority: -3,
    labels: { k: "v" },
    startBy: new Date(1e12),
    traceparent: "00-1-1-00",
  });

  assert.deepEqual(enqueued, { id: enqueued.id, state: "scheduled", duplicate: false });
  assert.match(enqueued.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const spec = server.stored.get(enqueued.id);
  assert.ok(spec?.start.case === "delay" && spec.retry?.backoff.case === "delays");
  assert.deepEqual([spec.start.value.seconds, spec.start.value.nanos], [1n, 500_000_000]);
  assert.deepEqual([spec.reservationTime?.seconds, spec.priority, spec.labels], [0n, -3, { k: "v" }]);
  assert.deepEqual([spec.retry.maxRetries, spec.retry.backoff.value.delays.length], [0, 2]);
  assert.deepEqual([spec.startBy?.seconds, spec.traceparent], [1_000_000_000n, "00-1-1-00"]);
});

test("many jobs are one call, answered in their order", async (t) => {
  const { server, producer } = await openProducer(t);

  const enqueued = await producer.enqueue([
    { name: "add", id: "a" },
    { name: "add", id: "b", data: Uint8Array.of(0, 255) },
    { name: "add", id: "a" },
  ]);

  assert.equal(server.enqueueCalls, 1);
  assert.deepEqual(
    enqueued.map(({ id, duplicate }) => [id, duplicate]),
    [
      ["a", false],
      ["b", false],
      ["a", true],
    ],
  );
  assert.deepEqual(server.stored.get("b")?.payload, { case: "data", value: Uint8Array.of(0, 255) });
});

const unknownOutcomes: readonly [what: string, before: (server: FakeServer, call: number) => void][] = [
  [
    "the server says UNAVAILABLE",
    (_server, call) => {
      if (call < 3) throw new ConnectError("stopping", Code.Unavailable);
    },
  ],
  [
    "the connection breaks before the answer",
    (server, call) => {
      if (call < 3) server.cut();
    },
  ],
];

for (const [what, before] of unknownOutcomes) {
  test(`when ${what}, an enqueue is repeated with the same ids until it is answered`, async (t) => {
    const { server, producer } = await openProducer(t);
    server.beforeAnswer = (_request, call) => before(server, call);

    const enqueued = await producer.enqueue({ name: "add" });

    assert.equal(server.enqueueCalls, 3);
    assert.equal(server.stored.size, 1);
    assert.deepEqual(enqueued, { id: enqueued.id, state: "ready", duplicate: false });
  });
}

test("a duplicate of the caller's own id is told even after a repeat", async (t) => {
  const { server, producer } = await openProducer(t);
  server.beforeAnswer = (_request, call) => {
    if (call === 1) throw new ConnectError("stopping", Code.Unavailable);
  };

  assert.equal((await producer.enqueue({ name: "add", id: "mine" })).duplicate, true);
});

for (const code of [Code.InvalidArgument, Code.ResourceExhausted, Code.PermissionDenied, Code.Internal]) {
  test(`an enqueue refused with ${Code[code]} is not repeated`, async (t) => {
    const { server, producer } = await openProducer(t);
    server.beforeAnswer = () => {
      throw new ConnectError("no", code);
    };

    await assert.rejects(
      producer.enqueue({ name: "add" }),
      (error) => ConnectError.from(error).code === code,
    );
    assert.equal(server.enqueueCalls, 1);
  });
}

test("a producer without patience tries once", async (t) => {
  const { server, producer } = await openProducer(t, 0);
  await server.close();

  await assert.rejects(
    producer.enqueue({ name: "add" }),
    (error) => ConnectError.from(error).code === Code.Unavailable,
  );
  await server.listen();
});

test("what JSON cannot say is refused before anything is sent", async (t) => {
  const { server, producer } = await openProducer(t);

  await assert.rejects(producer.enqueue({ name: "add", json: 1n as never }), TypeError);
  await assert.rejects(producer.enqueue({ name: "add", delayMs: 1, runAt: 1 }), TypeError);
  assert.equal(server.enqueueCalls, 0);
});

test("a unique key, what to do about it and how long to keep the result travel along; who was replaced comes back", async (t) => {
  const { server, producer } = await openProducer(t);
  server.answerMore = () => ({ replacedId: "old" });

  const job = { name: "add", id: "a", uniqueKey: "k", onConflict: "replace", keepResultMs: 60_000 } as const;
  const { replacedId } = await producer.enqueue(job);

  const spec = server.stored.get("a");
  assert.deepEqual([spec?.uniqueKey, spec?.onConflict, spec?.keepResult?.seconds], ["k", 2, 60n]);
  assert.equal(replacedId, "old");
});

test("a duplicate by its unique key is told even after a repeat, with the stored job's id", async (t) => {
  const { server, producer } = await openProducer(t);
  server.answerMore = () => ({ id: "stored", duplicate: true });
  server.beforeAnswer = (_request, call) => {
    if (call === 1) throw new ConnectError("stopping", Code.Unavailable);
  };

  const { id, duplicate } = await producer.enqueue({ name: "add", uniqueKey: "k" });

  assert.deepEqual([id, duplicate], ["stored", true]);
});

test("enqueueAndWait asks the server to wait and answers the job as it stands then", async (t) => {
  const { server, producer } = await openProducer(t);
  server.answerMore = (id) => ({ job: { id, state: JobState.SUCCEEDED } });

  const one = await producer.enqueueAndWait({ name: "add" }, { waitMs: 5_000 });
  const two = await producer.enqueueAndWait([{ name: "add", id: "b" }]);

  assert.equal(one.state, "succeeded");
  assert.deepEqual(
    two.map(({ id }) => id),
    ["b"],
  );
  assert.deepEqual(server.waits, [5_000, 30_000]);
});

test("explain says why a job is not running, or undefined when there is none", async (t) => {
  const { server, producer } = await openProducer(t);
  server.shown.set("a", [create(JobSchema, { id: "a" })]);
  server.explanation = { situation: 4, sentence: "All are full.", workers: 2, at: { seconds: 1n, nanos: 0 } };

  const { situation, sentence, workers, at } = (await producer.explain("a")) ?? {};

  assert.deepEqual([situation, sentence, workers, at], ["workers_full", "All are full.", 2, 1_000]);
  assert.equal(await producer.explain("b"), undefined);
});

test("get answers a plain job, or undefined when there is none", async (t) => {
  const { server, producer } = await openProducer(t);
  server.shown.set("a", [create(JobSchema, { id: "a", state: JobState.DEAD, deathReason: 4, attempt: 2 })]);

  const job = await producer.get("a");

  assert.deepEqual([job?.state, job?.deathReason, job?.attempt], ["dead", "not_started_in_time", 2]);
  assert.equal(await producer.get("b"), undefined);
});

test("cancel answers one outcome for each id", async (t) => {
  const { producer } = await openProducer(t);
  await producer.enqueue({ name: "add", id: "a" });

  assert.deepEqual(await producer.cancel(["a", "b"]), [
    { id: "a", outcome: "cancelled", state: "cancelled" },
    { id: "b", outcome: "not_found", state: "unspecified" },
  ]);
});

test("watch follows a job until it is finished, over streams that end too early", async (t) => {
  const { server, producer } = await openProducer(t);
  const states = [JobState.READY, JobState.RESERVED];
  server.shown.set(
    "a",
    states.map((state) => create(JobSchema, { id: "a", state })),
  );

  const seen: string[] = [];
  for await (const { state } of producer.watch("a")) {
    seen.push(state);
    if (seen.length === 2) server.shown.set("a", [create(JobSchema, { id: "a", state: JobState.SUCCEEDED })]);
  }

  assert.deepEqual(seen, ["ready", "reserved", "succeeded"]);
});

test("watch of an unknown job throws NOT_FOUND at once", async (t) => {
  const { producer } = await openProducer(t);

  await assert.rejects(
    producer.watch("x").next(),
    (error) => ConnectError.from(error).code === Code.NotFound,
  );
});

test("ids sort in the order they were made, and no two are alike", () => {
  const ids = Array.from({ length: 20_000 }, newJobId);

  assert.deepEqual(ids, ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
});
