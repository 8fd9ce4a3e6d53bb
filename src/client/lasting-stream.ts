// A server stream that goes on over broken connections: silence ends it, a break opens it again, and only an answer that
// would be the same the next time, or a server that stays away, is told.
import { type CallOptions, Code, ConnectError } from "@connectrpc/connect";
import type { Connection } from "./connection.ts";
import { isTransient, type RetryDelay, retryDelayMs, standardDelay } from "./retry.ts";
import { pause } from "./waiting.ts";
import { Watchdog } from "./watchdog.ts";

/** What such a stream needs. */
export interface LastingStreamNeeds<Message> {
  readonly connection: Connection;
  /** Makes the call, after a break once more. */
  readonly open: (options: CallOptions) => AsyncIterable<Message>;
  /** How long the server may keep silent. */
  readonly silenceMaxMs: number;
  /** How long the server may be away, each time. */
  readonly retryForMs: number;
  /** The wait between two tries. Default 100 ms to 30 s. */
  readonly delay?: RetryDelay | undefined;
  /** Whoever listens has had enough. */
  readonly signal?: AbortSignal | undefined;
  /** The connection is being closed for good. */
  readonly closing: AbortSignal;
  /** Told of each break; `error` is undefined when the server ended the stream. */
  readonly onBreak?: ((error: unknown, retryInMs: number) => void) | undefined;
}

/** What the stream brings, until whoever listens stops. */
export async function* lastingStream<Message>(needs: LastingStreamNeeds<Message>): AsyncGenerator<Message> {
  const { signal, closing, retryForMs, delay = standardDelay, onBreak } = needs;
  let [failures, awaySince] = [0, Date.now()];
  for (;;) {
    let broken: unknown;
    try {
      for await (const message of streamOnce(needs)) {
        [failures, awaySince] = [0, Date.now()];
        yield message;
      }
    } catch (error) {
      const isLate = Date.now() - awaySince >= retryForMs;
      if (signal?.aborted || closing.aborted || !isTransient(error) || isLate) throw error;
      broken = error;
    }
    failures += 1;
    const retryInMs = retryDelayMs(failures, delay);
    onBreak?.(broken, retryInMs);
    if (!(await pause(retryInMs, signal))) throw signal?.reason;
  }
}

async function* streamOnce<Message>(needs: LastingStreamNeeds<Message>): AsyncGenerator<Message> {
  const { signal, connection, silenceMaxMs } = needs;
  const call = new AbortController();
  const abort = () => call.abort(signal?.reason);
  const silent = new ConnectError("the server has gone silent", Code.Unavailable);
  const watchdog = new Watchdog(silenceMaxMs, () => connection.close(silent));
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  try {
    for await (const message of needs.open({ signal: call.signal })) {
      watchdog.heard();
      yield message;
    }
  } finally {
    watchdog.stop();
    signal?.removeEventListener("abort", abort);
    call.abort();
  }
}
