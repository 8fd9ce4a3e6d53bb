// S4 and S2, a tenth of their size: a backlog waits, workers join, vanish, come back, and do not read. Nobody is given more
// than there is room for, and the server's memory does not grow with what waits. The server runs in a process of its own.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:http2";
import { join } from "node:path";
import { describe, test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { ReportResult, WorkRequestSchema } from "../../src/gen/lakh/v1/worker_pb.ts";
import { temporaryDirectory } from "../store/sqlite-engine.ts";
import type { Mistake, ServerMemory } from "./server-entry.ts";
import { argvOf, type ServerProcess, startServer } from "./server-process.ts";
import { type Held, WorkClient } from "./work-client.ts";

const BACKLOG = 100_000;
const BATCH = 1_000;
const CAPACITY = 10;
const GRACE_MS = 300;
const FIRST_JOB_MS_MAX = 100;
const MiB = 1 << 20;
const LIVE_GROWTH_MAX = 30 * MiB;
const RSS_GROWTH_MAX = 50 * MiB;
/** In all, as for ten million small jobs. */
const RSS_MAX = 512 * MiB;
const DEAF = 5;
/** A mebibyte queued for each, and what was on the wire. */
const LEFT_MAX = DEAF * 15;
const LARGE_JOBS = 1_000;
const LARGE_BYTES = 100_000;

interface Running extends AsyncDisposable {
  readonly server: ServerProcess;
  readonly url: string;
}

async function open(mistake?: Mistake): Promise<Running> {
  const directory = temporaryDirectory();
  const argv = argvOf(join(directory.path, "data"), "--disconnect-grace", `${GRACE_MS}ms`);
  const server = await startServer({ argv, ...(mistake && { mistake }) });
  return {
    server,
    url: server.listensAt,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      directory[Symbol.dispose]();
    },
  };
}

/** Jobs `0`, `1` ..., so many bytes each. */
async function enqueue(url: string, { jobs, bytes, batch }: { jobs: number; bytes: number; batch: number }) {
  const client = createClient(ProducerService, createGrpcTransport({ baseUrl: url }));
  const value = Buffer.alloc(bytes, "x");
  for (let from = 0; from < jobs; from += batch) {
    const specs = Array.from({ length: batch }, (_, i) => {
      return { id: `${from + i}`, name: "mail", payload: { case: "data", value } } as const;
    });
    await client.enqueue({ jobs: specs });
  }
}

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
  }

  goOn(): void {
    this.#goesOn = true;
    for (const held of this.held.values()) this.#finish(held);
  }

  /** Resolves when it holds, since each delivery may make it so. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
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

/** Joins, is filled, works for a while and leaves; answers how long its first job took. */
async function joinAndWork(url: string, workerId: string): Promise<number> {
  const worker = new Counting(url, { workerId });
  await worker.until(() => worker.held.size >= CAPACITY);
  worker.goOn();
  await worker.until(() => worker.done >= 2_000);
  await worker.leave();
  assert.equal(worker.heldMost, CAPACITY, "what it held");
  return worker.firstJobMs ?? Number.POSITIVE_INFINITY;
}

async function growth(server: ServerProcess, before: ServerMemory): Promise<ServerMemory> {
  const { rssBytes, liveBytes } = await server.memory();
  assert.ok(rssBytes <= RSS_MAX, `RSS is ${rssBytes} bytes`);
  return { rssBytes: rssBytes - before.rssBytes, liveBytes: liveBytes - before.liveBytes };
}

function show({ rssBytes, liveBytes }: ServerMemory): string {
  const inMiB = (bytes: number) => `${(bytes / MiB).toFixed(1)} MiB`;
  return `live memory grew by ${inMiB(liveBytes)}, RSS by ${inMiB(rssBytes)}`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

describe("100,000 waiting jobs:", () => {
  test("who joins gets its first job at once and never more than it has room for; memory stays flat", async (t) => {
    await using running = await open();
    const { server, url } = running;
    await enqueue(url, { jobs: BACKLOG, bytes: 100, batch: BATCH });
    const firstJobsMs: number[] = [];
    for (let i = 0; i < 3; i++) firstJobsMs.push(await joinAndWork(url, `w${i}`));
    const before = await server.memory(); // its caches are full, its code is compiled
    for (let i = 3; i < 6; i++) firstJobsMs.push(await joinAndWork(url, `w${i}`));

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
    const vanished = [...bystander.held.keys()];
    await bystander.leave();
    const heir = new Counting(url, { workerId: "heir" });
    heir.goOn();
    await heir.until(() => vanished.every((id) => heir.attempts.get(id) === 2));
    await heir.leave();
    assert.ok(heir.heldMost <= CAPACITY, `${heir.heldMost} held`);

    const grown = await growth(server, before);
    const firstJobMs = median(firstJobsMs);
    t.diagnostic(`first job after ${firstJobsMs.map(Math.round)} ms; ${show(grown)}`);
    assert.ok(firstJobMs <= FIRST_JOB_MS_MAX, `first job after ${firstJobMs} ms`);
    assert.ok(grown.liveBytes <= LIVE_GROWTH_MAX && grown.rssBytes <= RSS_GROWTH_MAX, show(grown));
  });

  test("control: a backlog dumped on the worker that joins is seen", async () => {
    await using running = await open("backlog dumped");
    await enqueue(running.url, { jobs: 5_000, bytes: 100, batch: BATCH });
    await assert.rejects(joinAndWork(running.url, "w"), /what it held/);
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
    assert.ok(grown.liveBytes <= LIVE_GROWTH_MAX, show(grown));
  });

  test("control: the bytes that wait for them are seen when nothing bounds them", async (t) => {
    const { grown, left } = await workBesideDeaf("backlog dumped");
    t.diagnostic(`they kept ${left} jobs; ${show(grown)}`);
    assert.ok(left > LEFT_MAX, `they kept ${left} jobs`);
    assert.ok(grown.liveBytes > LIVE_GROWTH_MAX, show(grown));
  });
});
