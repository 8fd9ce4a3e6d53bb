// S4 and S2, a tenth of their size: a backlog waits, workers join, vanish, come back, and do not read. Nobody is given more
// than there is room for, and the server's memory does not grow with what waits. The server runs in a process of its own.
// How many workers at once fare: crowd.test.ts.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:http2";
import { describe, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { ReportResult, WorkRequestSchema } from "../../src/gen/lakh/v1/worker_pb.ts";
import {
  enqueue,
  expectFlat,
  expectFlatWhileJoining,
  growth,
  MiB,
  open,
  type Running,
  show,
} from "./backlog.ts";
import { waitedMs } from "./processor-time.ts";
import type { ServerMemory } from "./server-entry.ts";
import type { Mistake } from "./server-mistakes.ts";
import { type Held, WorkClient } from "./work-client.ts";

const BACKLOG = 100_000;
const BATCH = 1_000;
const CAPACITY = 10;
const FIRST_JOB_MS_MAX = 100;
/** Done by one worker before it leaves. */
const JOBS_DONE = 2_000;
/** What 100,000 waiting jobs may add to what JavaScript holds: a hundred bytes each, less than their payloads. */
const WAITING_GROWTH_MAX = 10 * MiB;
/** So many jobs are over that bound when they are kept, a kilobyte or two each. */
const KEPT = 20_000;
/** Five workers that do not read may have a mebibyte queued each; and what was on the wire. */
const DEAF_GROWTH_MAX = 30 * MiB;
const DEAF = 5;
/** A mebibyte queued for each, and what was on the wire. */
const LEFT_MAX = DEAF * 15;
const LARGE_JOBS = 1_000;
const LARGE_BYTES = 100_000;

/** A worker that counts what it has not reported on, and reports only when it is told to go on. */
class Counting {
  readonly client: WorkClient;
  readonly held = new Map<string, Held>();
  readonly attempts = new Map<string, number>();
  heldMost = 0;
  done = 0;
  firstJobMs: number | undefined;
  readonly #joinedAt = performance.now();
  #goesOn = false;
  #onJob: () => void = () => {};

  constructor(url: string, of: { workerId: string; capacity?: number; holding?: readonly Held[] }) {
    const { workerId, capacity = CAPACITY, holding = [] } = of;
    for (const one of holding) this.held.set(one.jobId, one);
    const hello = { workerId, names: ["mail", "last"], capacity, holding: [...holding] };
    this.client = new WorkClient(url, hello, {
      onJob: ({ jobId, attempt }) => this.#take({ jobId, attempt }),
    });
    this.client.ended.then(() => this.#onJob());
  }

  goOn(): void {
    this.#goesOn = true;
    for (const held of this.held.values()) this.#finish(held);
  }

  /** Resolves when it holds, since each delivery may make it so; rejects when the stream is over before. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.client.isOver) throw new Error(`the stream is over: ${await this.client.ended}`);
      await new Promise<void>((resolve) => {
        this.#onJob = resolve;
      });
    }
  }

  async leave(): Promise<void> {
    this.#goesOn = false;
    this.client.cut();
    await this.client.ended;
  }

  #take(held: Held): void {
    this.firstJobMs ??= performance.now() - this.#joinedAt;
    this.attempts.set(held.jobId, held.attempt);
    this.held.set(held.jobId, held);
    this.heldMost = Math.max(this.heldMost, this.held.size);
    if (this.#goesOn) setImmediate(() => this.#finish(held));
    this.#onJob();
  }

  #finish(held: Held): void {
    if (!this.#goesOn) return;

    this.held.delete(held.jobId); // before the server can know
    this.client.succeed(held).then(
      (result) => {
        assert.equal(result, ReportResult.ACCEPTED);
        this.done++;
        this.#onJob();
      },
      () => {}, // it has left
    );
  }
}

/** Joins; answers how long its first job took, less the time that server and worker waited for a processor. */
async function join({ server, url }: Running, workerId: string) {
  const pids = [server.pid, process.pid];
  const waitedBefore = waitedMs(pids);
  const worker = new Counting(url, { workerId });
  await worker.until(() => worker.firstJobMs !== undefined);
  const firstJobMs = (worker.firstJobMs ?? Number.NaN) - (waitedMs(pids) - waitedBefore);
  return { worker, firstJobMs };
}

/** Joins, is filled, works for a while and leaves; answers how long its first job took. */
async function joinAndWork(running: Running, workerId: string, measure = async () => {}): Promise<number> {
  const { worker, firstJobMs } = await join(running, workerId);
  await worker.until(() => worker.held.size >= CAPACITY);
  worker.goOn();
  await worker.until(() => worker.done >= JOBS_DONE);
  await measure();
  await worker.leave();
  expectRoomKept(worker);
  return firstJobMs;
}

/** Code is compiled and connections have been made, in the server as in this process. */
async function warmUp(running: Running): Promise<ServerMemory> {
  const { server, url } = running;
  await enqueue(url, { jobs: JOBS_DONE + BATCH, bytes: 100, batch: BATCH, prefix: "warm" });
  await joinAndWork(running, "warm");
  return server.memory();
}

function expectRoomKept({ heldMost }: Counting): void {
  assert.ok(heldMost <= CAPACITY, `${heldMost} held`);
}

function expectAtOnce(firstJobMs: number): void {
  assert.ok(firstJobMs <= FIRST_JOB_MS_MAX, `first job after ${firstJobMs} ms`);
}

describe("100,000 waiting jobs:", () => {
  test("who joins gets its first job at once and never more than it has room for; memory stays flat", async (t) => {
    await using running = await open();
    const { server, url } = running;
    const before = await warmUp(running);
    await enqueue(url, { jobs: BACKLOG, bytes: 100, batch: BATCH });
    const grown = [await growth(server, before)];
    const firstJobsMs: number[] = [];
    for (let i = 0; i < 4; i++) {
      const measure = async () => void grown.push(await growth(server, before));
      firstJobsMs.push(await joinAndWork(running, `w${i}`, measure));
    }

    // One comes back with what it held, and gets nothing new until it has reported.
    const away = new Counting(url, { workerId: "away" });
    await away.until(() => away.held.size === CAPACITY);
    await away.leave();
    const back = new Counting(url, { workerId: "away", holding: [...away.held.values()] });
    assert.deepEqual((await back.client.welcome).notHeld, []);
    const bystander = new Counting(url, { workerId: "bystander" });
    await bystander.until(() => bystander.held.size === CAPACITY);
    assert.deepEqual(
      [back.held.size, back.attempts.size],
      [CAPACITY, 0],
      "others were served, and it was given nothing more",
    );
    back.goOn();
    await back.until(() => back.done >= 2 * CAPACITY);
    await back.leave();

    // One vanishes: its jobs are out again, before the rest of the backlog.
    const vanished = [...bystander.held.values()];
    await bystander.leave();
    const heir = new Counting(url, { workerId: "heir" });
    heir.goOn();
    await heir.until(() => vanished.every(({ jobId, attempt }) => heir.attempts.get(jobId) === attempt + 1));
    await heir.leave();
    expectRoomKept(heir);

    grown.push(await growth(server, before));
    t.diagnostic(`first job after ${firstJobsMs.map(Math.round)} ms`);
    for (const one of grown) t.diagnostic(show(one));
    expectAtOnce(Math.max(...firstJobsMs));
    for (const one of grown) expectFlat(one, WAITING_GROWTH_MAX);
    expectFlatWhileJoining(grown);
  });

  test("control: a backlog dumped on the worker that joins is seen", async () => {
    await using running = await open("backlog dumped");
    await enqueue(running.url, { jobs: BATCH, bytes: 100, batch: BATCH });
    const { worker } = await join(running, "w");
    await worker.until(() => worker.held.size === BATCH);
    await worker.leave();
    assert.throws(() => expectRoomKept(worker), /1000 held/);
  });

  test("control: a backlog kept in memory is seen, and a first job that comes late", async () => {
    await using running = await open("backlog kept in memory");
    const { server, url } = running;
    const before = await warmUp(running);
    await enqueue(url, { jobs: KEPT, bytes: 100, batch: BATCH });
    const grown = await growth(server, before);
    assert.throws(() => expectFlat(grown, WAITING_GROWTH_MAX), /live memory grew/);

    await using late = await open("first job dispatched late");
    await enqueue(late.url, { jobs: BATCH, bytes: 100, batch: BATCH });
    const { worker, firstJobMs } = await join(late, "w");
    await worker.leave();
    assert.throws(() => expectAtOnce(firstJobMs), /first job after/);
  });
});

/** A worker that says hello and then reads nothing; answers how it vanishes. */
async function joinDeaf(url: string, workerId: string): Promise<() => void> {
  const session = connect(url);
  const call = session.request({
    ":method": "POST",
    ":path": "/lakh.v1.WorkerService/Work",
    "content-type": "application/grpc",
    te: "trailers",
  });
  const hello = { workerId, names: ["mail"], capacity: LARGE_JOBS };
  const message = toBinary(WorkRequestSchema, create(WorkRequestSchema, { hello }));
  const framed = Buffer.alloc(5 + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, 5);
  call.write(framed);
  call.on("error", () => {}); // it is ended by force
  call.pause();
  await once(call, "response");
  return () => session.destroy();
}

/** 100 MB of jobs wait, workers that read nothing come first, another does the work. */
async function workBesideDeaf(mistake?: Mistake): Promise<{ grown: ServerMemory; left: number }> {
  await using running = await open(mistake);
  const { server, url } = running;
  await enqueue(url, { jobs: LARGE_JOBS, bytes: LARGE_BYTES, batch: 20 });
  const before = await server.memory();
  const vanish: (() => void)[] = [];
  for (let i = 0; i < DEAF; i++) vanish.push(await joinDeaf(url, `deaf${i}`));
  const worker = new Counting(url, { workerId: "w" });
  worker.goOn();
  const client = createClient(ProducerService, createGrpcTransport({ baseUrl: url }));
  await client.enqueue({ jobs: [{ id: "last", name: "last", priority: -100 }] });
  await worker.until(() => worker.attempts.has("last"));
  const left = LARGE_JOBS - (worker.attempts.size - 1);
  const grown = await growth(server, before);
  for (const one of vanish) one();
  await worker.until(() => worker.done === LARGE_JOBS + 1);
  await worker.leave();
  return { grown, left };
}

describe("workers that read nothing while 100 MB of jobs wait", () => {
  test("keep a few of them, others do the rest, and the memory stays bounded", async (t) => {
    const { grown, left } = await workBesideDeaf();
    t.diagnostic(`they kept ${left} jobs; ${show(grown)}`);
    assert.ok(left > 0 && left <= LEFT_MAX, `they kept ${left} jobs`);
    assert.ok(grown.liveBytes <= DEAF_GROWTH_MAX, show(grown));
  });

  test("control: the bytes that wait for them are seen when nothing bounds them", async (t) => {
    const { grown, left } = await workBesideDeaf("backlog dumped");
    t.diagnostic(`they kept ${left} jobs; ${show(grown)}`);
    assert.ok(left > LEFT_MAX, `they kept ${left} jobs`);
    assert.ok(grown.liveBytes > DEAF_GROWTH_MAX, show(grown));
  });
});
