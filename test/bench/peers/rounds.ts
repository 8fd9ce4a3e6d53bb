// What is asked of every peer, and how it is counted: callers who add jobs one by one, jobs added in bulk, jobs received
// and acknowledged. Each is bounded in time and tells its figure as a line of JSON.
import { createServer } from "node:net";
import type { PeerFigure } from "../peer-figures.ts";

/** How much is asked of a peer. */
export interface Load {
  /** How long jobs are added one by one, and how long in bulk. */
  readonly forMs: number;
  /** The most that are added in bulk. What was added is drained. */
  readonly jobs: number;
}

/** 100 bytes, as Lakh's own jobs are: an object, since some of the peers take nothing else. */
export const PAYLOAD = { x: "x".repeat(92) };
export const CALLERS = 16;
/** What bulk calls take best. */
export const BULK = 1_000;

/** A peer that is up, with an empty queue. */
export interface Peer {
  readonly name: string;
  readonly durability: string;
  readonly survives: PeerFigure["survives"];
  /** Adds one job; resolves when it is acknowledged. */
  addOne(): Promise<unknown>;
  addBulk(jobs: number): Promise<unknown>;
  /** Resolves when as many jobs were received and acknowledged. */
  drain(jobs: number): Promise<unknown>;
}

export async function measurePeer(peer: Peer, { forMs, jobs }: Load): Promise<void> {
  const warmUp = await oneByOne(peer, forMs / 4);
  const one = await oneByOne(peer, forMs);
  tell(peer, "one by one", one.perSecond);
  await peer.drain(warmUp.count + one.count);
  const bulk = await inBulk(peer, forMs, jobs);
  tell(peer, "bulk", bulk.perSecond);
  tell(peer, "drain", (bulk.count * 1_000) / (await timed(() => peer.drain(bulk.count))));
}

async function oneByOne(peer: Peer, forMs: number): Promise<{ count: number; perSecond: number }> {
  const endsAt = performance.now() + forMs;
  let count = 0;
  const caller = async () => {
    for (; performance.now() < endsAt; count++) await peer.addOne();
  };
  const tookMs = await timed(() => Promise.all(Array.from({ length: CALLERS }, caller)));
  return { count, perSecond: (count * 1_000) / tookMs };
}

async function inBulk(
  peer: Peer,
  forMs: number,
  jobs: number,
): Promise<{ count: number; perSecond: number }> {
  const endsAt = performance.now() + forMs;
  let count = 0;
  const tookMs = await timed(async () => {
    for (; count < jobs && performance.now() < endsAt; count += BULK) await peer.addBulk(BULK);
  });
  return { count, perSecond: (count * 1_000) / tookMs };
}

async function timed(load: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await load();
  return performance.now() - startedAt;
}

function tell({ name, durability, survives }: Peer, load: PeerFigure["load"], perSecond: number): void {
  const figure: PeerFigure = { peer: name, load, perSecond, durability, survives };
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
