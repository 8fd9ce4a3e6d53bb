// From the rules' and the store's words to status codes, in one place. No stack, no path and no SQL leaves the server.
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { ReportResult } from "../gen/lakh/v1/worker_pb.ts";
import type { Violation } from "../job/admission.ts";
import type { Refusal } from "../job/refusal.ts";
import { StoreFault } from "../store/store.ts";
import { watchMessages } from "./watched-messages.ts";

/** What a worker hears of a report that was refused. A refusal without a result does not compile. */
export const REPORT_RESULTS: Readonly<Record<Refusal, ReportResult>> = {
  not_found: ReportResult.NOT_FOUND,
  already_finished: ReportResult.IGNORED,
  stale_attempt: ReportResult.IGNORED,
  fire_and_forget: ReportResult.IGNORED,
  never_delivered: ReportResult.REFUSED,
  not_holder: ReportResult.REFUSED,
  not_ready: ReportResult.REFUSED,
  not_scheduled: ReportResult.REFUSED,
  not_dead_or_cancelled: ReportResult.REFUSED,
  not_due: ReportResult.REFUSED,
  reserved: ReportResult.REFUSED,
  unique_key_taken: ReportResult.REFUSED,
};

const FAULT_CODES: Readonly<Record<StoreFault["kind"], Code>> = {
  full: Code.ResourceExhausted,
  failed: Code.Unavailable,
  closed: Code.Unavailable,
  unusable: Code.Unavailable,
  damaged: Code.DataLoss,
};

const FAULT_TEXTS: Readonly<Record<StoreFault["kind"], string>> = {
  full: "the server's disk is full; nothing was stored. Try again when there is room",
  failed:
    "the server's store has failed; whether this call was stored is unknown. Repeat it with the same ids",
  closed: "the server is stopping. Try again",
  unusable: "the server's store is away. Try again",
  damaged: "the stored job does not match its checksum: the disk has damaged it",
};

/** Seconds after which a call may be tried again, in the header `retry-after`. */
const RETRY_AFTER_SECONDS = "1";

/** The field, by its path in the message, and its bound. */
export function invalid(field: string, bound: string): ConnectError {
  return new ConnectError(`${field}: ${bound}`, Code.InvalidArgument);
}

export function violationError({ violates, bound, kind }: Violation): ConnectError {
  const code = kind === "too_large" ? Code.ResourceExhausted : Code.InvalidArgument;
  return new ConnectError(`${violates}: ${bound}`, code);
}

/** Throws when there is a violation. */
export function expectNone(violation: Violation | undefined): void {
  if (violation) throw violationError(violation);
}

export function unavailable(message: string): ConnectError {
  return new ConnectError(message, Code.Unavailable, { "retry-after": RETRY_AFTER_SECONDS });
}

/** Throws UNAVAILABLE when the server is stopping: it takes nothing any more. */
export function expectTaking({ isDraining }: { readonly isDraining: boolean }): void {
  if (isDraining) throw unavailable("the server is stopping. Try again");
}

/** A store's fault in words for clients; anything else as it is. */
export function answerable(error: unknown): unknown {
  if (!(error instanceof StoreFault)) return error;

  const code = FAULT_CODES[error.kind];
  const metadata = code === Code.DataLoss ? undefined : { "retry-after": RETRY_AFTER_SECONDS };
  return new ConnectError(FAULT_TEXTS[error.kind], code, metadata, undefined, error);
}

/** Innermost: what a handler throws becomes what its client may hear. */
export const answerFaults: Interceptor = (next) => async (request) => {
  try {
    const response = await next(request);
    if (!response.stream) return response;

    return { ...response, message: watchMessages(response.message, { failed: answerable }) };
  } catch (error) {
    throw answerable(error);
  }
};
