// What surrounds every call, whatever it does: its deadline is kept, and its end is written down.
// connect-es does neither: it lets a handler run past its deadline, and shows "internal error" for a fault
// without logging it anywhere.
import {
  Code,
  ConnectError,
  createContextKey,
  type Interceptor,
  type StreamRequest,
  type UnaryRequest,
} from "@connectrpc/connect";
import type { CallCounts } from "./call-counts.ts";
import { type EndOfMessages, watchMessages } from "./watched-messages.ts";

/** Where log records go; pino's loggers fit. */
export interface Log {
  error(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  debug(fields: object, text: string): void;
}

type AnyRequest = UnaryRequest | StreamRequest;

/** The id that the log knows the HTTP request by; empty where nobody has given one. */
export const requestIdKey = createContextKey("", { description: "id of the HTTP request" });

/**
 * Ends a unary call when its signal aborts, also if the handler does not care: with the signal's reason, which is
 * DEADLINE_EXCEEDED at the deadline and UNAVAILABLE at shutdown. What the handler began may still come to pass.
 * Streams are left to their handlers, which live by the signal anyway.
 */
export const enforceDeadline: Interceptor = (next) => async (request) => {
  request.signal.throwIfAborted();
  if (request.stream) return next(request);

  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(request.signal.reason);
  request.signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([next(request), aborted]);
  } finally {
    request.signal.removeEventListener("abort", onAbort);
  }
};

/**
 * Logs the end of every call: a fault (a thrown error that is no ConnectError) at error, anything else at debug.
 * A call whose signal has aborted is no fault: its client left, its deadline passed, or we are shutting down.
 * The messages are not logged, since they hold what users keep in their jobs.
 *
 * @param now a clock in milliseconds, for the `tookMs` of each record; any origin will do
 * @param counts told of each beginning and end; default: nobody
 */
export function logCalls(log: Log, now: () => number, counts?: CallCounts): Interceptor {
  return (next) => async (request) => {
    counts?.began();
    const end = watchCall({ log, now, counts }, request);
    try {
      const response = await next(request);
      if (response.stream) return { ...response, message: watchMessages(response.message, endOf(end)) };

      end();
      return response;
    } catch (error) {
      end(error);
      throw error;
    }
  };
}

type EndOfCall = (error?: unknown) => void;

interface Told {
  readonly log: Log;
  readonly now: () => number;
  readonly counts: CallCounts | undefined;
}

function watchCall({ log, now, counts }: Told, request: AnyRequest): EndOfCall {
  const startedAt = now();
  return (error) => {
    const rpc = `${request.service.typeName}/${request.method.name}`;
    counts?.ended(rpc, error);
    const call = {
      rpc,
      requestId: request.contextValues.get(requestIdKey),
      tookMs: Math.round(now() - startedAt),
    };
    if (isFault(error, request.signal)) log.error({ ...call, err: error }, "rpc failed");
    else log.debug({ ...call, code: codeOf(error, request.signal) }, "rpc ended");
  };
}

function endOf(end: EndOfCall): EndOfMessages {
  return {
    ended: end,
    failed: (error) => {
      end(error);
      return error;
    },
    left: () => end(new ConnectError("the reader left", Code.Canceled)),
  };
}

function isFault(error: unknown, signal: AbortSignal): boolean {
  return error !== undefined && !(error instanceof ConnectError) && !signal.aborted;
}

function codeOf(error: unknown, signal: AbortSignal): string {
  if (error === undefined) return "ok";

  const told = error instanceof ConnectError ? error : signal.reason;
  return Code[told instanceof ConnectError ? told.code : Code.Canceled];
}
