// When the library tries again, and how long it waits before: the one place that tells a server that is away from a
// server that said no.
import { Code, ConnectError } from "@connectrpc/connect";
import { pause } from "./waiting.ts";

/** Bounds of the wait between two tries, in milliseconds. */
export interface RetryDelay {
  readonly minMs: number;
  readonly maxMs: number;
}

/** 100 ms to 30 s, doubling. */
export const standardDelay: RetryDelay = { minMs: 100, maxMs: 30_000 };

/**
 * How long to wait after this many failures in a row (from 1): doubles from minMs to maxMs, of which chance takes off
 * up to a half, so that clients cut off together do not come back together.
 */
export function retryDelayMs(failures: number, delay: RetryDelay, chance: number = Math.random()): number {
  const fullMs = Math.min(delay.maxMs, delay.minMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(fullMs * (1 - chance / 2));
}

const transientCodes = new Set([Code.Unavailable, Code.DeadlineExceeded, Code.Aborted, Code.Canceled]);

/**
 * Whether the same call may succeed later: the server is away, or the connection broke with the outcome unknown. A
 * broken HTTP/2 stream comes as INTERNAL or UNKNOWN without a status from the server.
 */
export function isTransient(error: unknown): boolean {
  const failure = ConnectError.from(error);
  if (transientCodes.has(failure.code)) return true;

  const isBreak = /http\/2 stream closed|premature|protocol error|missing trailer|session/i.test(
    failure.rawMessage,
  );
  return (failure.code === Code.Internal || failure.code === Code.Unknown) && isBreak;
}

/** Whether the call cannot have reached a server: no connection was made, so that repeating it repeats nothing. */
export function neverArrived(error: unknown): boolean {
  const { cause, code } = ConnectError.from(error);
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return (
    code === Code.Unavailable && ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"].includes(reason)
  );
}

/** How long to go on trying. */
export interface Patience {
  /** No new try begins after this long. 0 tries once. */
  readonly retryForMs: number;
  readonly delay?: RetryDelay;
  readonly signal?: AbortSignal | undefined;
  /** Which failures are worth another try. Default: those of a server that is away. */
  readonly isTransient?: (error: unknown) => boolean;
}

/** Makes a call that is safe to repeat until it is answered; the call is told which try it is, from 1. */
export async function retrying<T>(call: (tries: number) => Promise<T>, patience: Patience): Promise<T> {
  const giveUpAt = Date.now() + patience.retryForMs;
  const mayPass = patience.isTransient ?? isTransient;
  for (let tries = 1; ; tries++) {
    try {
      return await call(tries);
    } catch (error) {
      const delayMs = retryDelayMs(tries, patience.delay ?? { minMs: 100, maxMs: 5_000 });
      const isLast = !mayPass(error) || Date.now() + delayMs > giveUpAt;
      if (patience.signal?.aborted || isLast || !(await pause(delayMs, patience.signal))) throw error;
    }
  }
}
