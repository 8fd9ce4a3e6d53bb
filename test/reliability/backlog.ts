// A backlog and what it costs: a server in a process of its own, jobs that wait in it, and how much its memory has grown.
import assert from "node:assert/strict";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { temporaryDirectory } from "../store/sqlite-engine.ts";
import type { ServerMemory } from "./server-entry.ts";
import type { Mistake } from "./server-mistakes.ts";
import { argvOf, type ServerProcess, startServer } from "./server-process.ts";

export const MiB = 1 << 20;
export const GRACE_MS = 300;
/** In all, as for ten million small jobs. */
const RSS_MAX = 512 * MiB;
/** The engine's page cache, src/store/sqlite/database.ts: it fills with what was written last, and then no more. */
const PAGE_CACHE = 64 * MiB;
/** What V8 takes for garbage before it collects: 10 to 80 MiB were seen, the more the busier the machine. */
const GARBAGE = 100 * MiB;
const RSS_GROWTH_MAX = PAGE_CACHE + GARBAGE;
/** S4: what workers that join may add to a server that holds the backlog already. */
const JOINING_RSS_MAX = 50 * MiB;

export interface Backlog {
  readonly jobs: number;
  /** Of each payload. */
  readonly bytes: number;
  /** Jobs in a message. */
  readonly batch: number;
  /** Of their ids, which go on with 0, 1 ... */
  readonly prefix?: string;
}

export interface Running extends AsyncDisposable {
  readonly server: ServerProcess;
  readonly url: string;
}

export async function open(mistake?: Mistake): Promise<Running> {
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

/** Jobs named "mail". */
export async function enqueue(url: string, { jobs, bytes, batch, prefix = "" }: Backlog): Promise<void> {
  const client = createClient(ProducerService, createGrpcTransport({ baseUrl: url }));
  const value = Buffer.alloc(bytes, "x");
  for (let from = 0; from < jobs; from += batch) {
    const specs = Array.from({ length: batch }, (_, i) => {
      return { id: `${prefix}${from + i}`, name: "mail", payload: { case: "data", value } } as const;
    });
    await client.enqueue({ jobs: specs });
  }
}

export async function growth(server: ServerProcess, before: ServerMemory): Promise<ServerMemory> {
  const { rssBytes, liveBytes } = await server.memory();
  assert.ok(rssBytes <= RSS_MAX, `RSS is ${rssBytes} bytes`);
  return { rssBytes: rssBytes - before.rssBytes, liveBytes: liveBytes - before.liveBytes };
}

/** Fails when the process has grown by more than 50 MiB since the first time that it was measured. */
export function expectFlatWhileJoining([waiting, ...joined]: readonly ServerMemory[]): void {
  const most = Math.max(...joined.map(({ rssBytes }) => rssBytes)) - (waiting?.rssBytes ?? 0);
  assert.ok(most <= JOINING_RSS_MAX, `RSS grew by ${most} bytes while workers joined`);
}

/** Fails when more is held than so many bytes, or the process has grown by more than the page cache and garbage. */
export function expectFlat(grown: ServerMemory, liveMax: number): void {
  assert.ok(grown.liveBytes <= liveMax, show(grown));
  assert.ok(grown.rssBytes <= RSS_GROWTH_MAX, show(grown));
}

export function show({ rssBytes, liveBytes }: ServerMemory): string {
  const inMiB = (bytes: number) => `${(bytes / MiB).toFixed(1)} MiB`;
  return `live memory grew by ${inMiB(liveBytes)}, RSS by ${inMiB(rssBytes)}`;
}
