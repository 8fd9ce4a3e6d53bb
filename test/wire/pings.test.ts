// The pings of Work find workers that are connected and dead: who has answered one and then goes mute is cut, and its job
// is out again after the grace. Who never answered one may be unable to, and is left alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { WorkerService, type WorkRequestSchema, type WorkResponse } from "../../src/gen/lakh/v1/worker_pb.ts";
import { HEARTBEAT_MS } from "../../src/rpc/bell.ts";
import { PONG_MS_MAX } from "../../src/rpc/work-stream.ts";
import { grpcJsClient } from "./grpc-js-client.ts";
import { Mailbox, Outgoing } from "./mailbox.ts";
import { openProducer } from "./producer.ts";
import { ShiftedClock } from "./shifted-clock.ts";
import { WireError } from "./wire-client.ts";
import { openWireServer } from "./wire-server.ts";

const GRACE_MS = 10_000;
const LOSS_MS = 1_000;
const patienceMs = 10_000;
/** Of a job that is not there: changes nothing, and is acknowledged. */
const UNKNOWN = { jobId: "nobody", attempt: 1, report: { case: "release", value: {} } } as const;

/** A worker of which the test decides whether it answers pings. */
async function openPinged(url: string, workerId: string) {
  const client = grpcJsClient(url);
  const ended = new AbortController();
  const requests = new Outgoing<MessageInitShape<typeof WorkRequestSchema>>();
  const heard = new Mailbox<WorkResponse>();
  const listening = (async () => {
    try {
      for await (const said of client.bidi?.(WorkerService.method.work, requests, ended.signal) ?? [])
        heard.put(said);
      heard.end();
    } catch (fault) {
      heard.end({ fault });
    }
  })();
  const until = async <T>(find: (said: WorkResponse) => T | undefined): Promise<T> => {
    for (;;) {
      const said = await heard.take(patienceMs);
      if (!said) throw new Error("it was not said");
      const found = find(said);
      if (found !== undefined) return found;
    }
  };
  requests.send({ hello: { workerId, names: ["mail"], capacity: 1 } });
  await until(({ welcome }) => welcome);
  let sent = 0n;
  return {
    job: () => until(({ jobs }) => jobs[0]),
    ping: () => until(({ ping }) => ping?.nonce),
    /** Resolves when the server has read this message, and so all before it. */
    async say(pong?: { nonce: bigint }): Promise<void> {
      requests.send({ reports: [UNKNOWN], ...(pong && { pong }) });
      const through = ++sent;
      await until(({ reportsThrough }) => (reportsThrough >= through ? true : undefined));
    },
    /** What broke the stream. */
    broken: () =>
      until(() => undefined).then(
        () => undefined,
        (fault: unknown) => fault,
      ),
    async leave(): Promise<void> {
      requests.end();
      await listening;
      client.close();
    },
    hangUp: () => client.close(),
  };
}

test("a worker that has answered a ping and then goes mute is cut, and its job is out again after the grace, one loss", async () => {
  const clock = new ShiftedClock();
  await using server = await openWireServer({ clock });
  using producer = openProducer(server.url);
  const worker = await openPinged(server.url, "mute");
  await producer.enqueue({ id: "job", name: "mail" });
  assert.equal((await worker.job()).attempt, 1);
  clock.shift(HEARTBEAT_MS);
  await worker.say({ nonce: await worker.ping() });
  clock.shift(PONG_MS_MAX); // it has answered, so nothing is due
  await worker.say();
  clock.shift(HEARTBEAT_MS - PONG_MS_MAX);
  await worker.ping();

  const broken = worker.broken();
  clock.shift(PONG_MS_MAX);
  const fault = await broken;
  assert.ok(fault instanceof WireError, String(fault));
  assert.deepEqual([Code[fault.code], fault.message], ["DeadlineExceeded", "no pong within 10 s"]);
  worker.hangUp();
  await server.logged({ rpc: "lakh.v1.WorkerService/Work", msg: "rpc ended" });

  assert.equal((await producer.job("job")).state, JobState.RESERVED, "it may still come back");
  clock.shift(GRACE_MS);
  await producer.until("job", JobState.SCHEDULED);
  clock.shift(LOSS_MS);
  const heir = await openPinged(server.url, "heir");
  const { jobId, attempt, failures } = await heir.job();
  assert.deepEqual([jobId, attempt, failures], ["job", 2, 0]);
  assert.equal((await producer.job("job")).losses, 1);
  await heir.leave();
});

test("a worker that never answered a ping is left alone, and so is its job", async () => {
  const clock = new ShiftedClock();
  await using server = await openWireServer({ clock });
  using producer = openProducer(server.url);
  const worker = await openPinged(server.url, "busy");
  await producer.enqueue({ id: "job", name: "mail" });
  await worker.job();
  for (let pings = 1n; pings <= 4n; pings++) {
    clock.shift(HEARTBEAT_MS);
    assert.equal(await worker.ping(), pings);
  }
  await worker.say();
  const { state, attempt, losses } = await producer.job("job");
  assert.deepEqual([state, attempt, losses], [JobState.RESERVED, 1, 0]);
  await worker.leave();
});
