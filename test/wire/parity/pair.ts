// Two servers that are the same but for one switch: one answers unary calls by connect's own handlers, the other by the
// fast path. Whatever is asked of both must look the same from outside, and in the log.
import assert from "node:assert/strict";
import type { HttpVersion, Lane } from "./dialects.ts";
import { Http1Recorder } from "./http1-recorder.ts";
import { Http2Recorder } from "./http2-recorder.ts";
import { differences, type RawCall, type Sight } from "./sight.ts";

/** A line of a server's log, without what no two servers have in common. */
export type LogRecord = Readonly<Record<string, unknown>>;

export interface Side extends AsyncDisposable {
  readonly port: number;
  readonly http1: Http1Recorder;
  readonly http2: Http2Recorder;
  ask(call: RawCall, http: HttpVersion): Promise<Sight>;
  /** What was logged since the last time. */
  takeLog(): LogRecord[];
  /** The first record with this text that has not been taken, now or when it comes. */
  logged(text: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** How a server is opened, on one side or on the other. */
export type OpenServer = (how: { readonly stockRpc: boolean }) => Promise<OpenedServer>;

export type OpenedServer = Pick<Side, "port" | "takeLog" | "logged" | "stop">;

export interface Pair extends AsyncDisposable {
  readonly stock: Side;
  readonly fast: Side;
}

export async function openPair(open: OpenServer): Promise<Pair> {
  const [stock, fast] = await Promise.all([
    openSide(await open({ stockRpc: true })),
    openSide(await open({ stockRpc: false })),
  ]);
  return {
    stock,
    fast,
    async [Symbol.asyncDispose]() {
      await Promise.all([stock[Symbol.asyncDispose](), fast[Symbol.asyncDispose]()]);
    },
  };
}

function openSide(server: OpenedServer): Side {
  const { port, stop } = server;
  const http1 = new Http1Recorder(port);
  const http2 = new Http2Recorder(port);
  return {
    ...server,
    http1,
    http2,
    ask: (call, http) => (http === "2" ? http2 : http1).ask(call),
    async [Symbol.asyncDispose]() {
      http1[Symbol.dispose]();
      http2[Symbol.dispose]();
      await stop();
    },
  };
}

/** Takes away what differs between two processes or two instants, and nothing else. */
export type Mask = (sight: Sight) => Sight;

const PATIENCE_MS = 10_000;

/** What differs when both are asked the same: in the answers and in the log. */
export async function compare(
  { stock, fast }: Pair,
  call: RawCall,
  http: HttpVersion,
  mask: Mask = (sight) => sight,
): Promise<string[]> {
  const ask = async (side: Side) => [mask(await inTime(side.ask(call, http))), side.takeLog()] as const;
  const [[stockSight, stockLog], [fastSight, fastLog]] = await Promise.all([ask(stock), ask(fast)]);
  return [...differences(stockSight, fastSight), ...logDifferences(stockLog, fastLog)];
}

export function logDifferences(stock: readonly LogRecord[], fast: readonly LogRecord[]): string[] {
  const [was, is] = [JSON.stringify(stock), JSON.stringify(fast)];
  return was === is ? [] : [`log: stock ${was}, fast ${is}`];
}

/** Fails with all that differs, in every lane, with the name of the lane before it. */
export async function assertSame(
  pair: Pair,
  lanes: readonly Lane[],
  build: (lane: Lane) => RawCall,
  mask?: Mask,
): Promise<void> {
  const found: string[] = [];
  for (const lane of lanes) {
    for (const difference of await compare(pair, build(lane), lane.http, mask))
      found.push(`${lane.title}: ${difference}`);
  }
  assert.deepEqual(found, []);
}

/** Fails when what is done to one side ends otherwise than on the other: in its outcome or in the log. */
export async function assertSameOutcome(pair: Pair, act: (side: Side) => Promise<unknown>): Promise<unknown> {
  const outcomes = await Promise.all([inTime(act(pair.stock)), inTime(act(pair.fast))]);
  const [stock, fast] = outcomes.map((outcome) => JSON.parse(JSON.stringify(outcome ?? null)));
  assert.deepEqual(fast, stock);
  assert.deepEqual(logDifferences(pair.stock.takeLog(), pair.fast.takeLog()), []);
  return stock;
}

/** An answer that does not come is a failure with words, not a test that hangs. */
export function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}
