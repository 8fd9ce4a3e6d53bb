// A job in the original's words. Its args are, in ours, a payload that is a JSON array of strings.
import { create } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { JobSchema, type Job as OriginalJob } from "../gen/lakh/lakh_pb.ts";
import type { Draft } from "../job/admission.ts";
import type { Job, Payload } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { instantMs, spanMs, toDuration } from "./times.ts";

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });
/** What one arg costs on the wire beside its text, as a Value of ours or as a field of the original's. */
const ARG_BYTES = 12;

/** Throws INVALID_ARGUMENT where the message is malformed; bounds are checked by the rules. */
export function readOriginalJob({ id, name, args, executionTime, reservationTime }: OriginalJob): Draft {
  const bytes = encoder.encode(JSON.stringify(args));
  const reservationMs = reservationTime ? spanMs("reservation_time", reservationTime) : 0;
  return {
    ...(id !== "" && { id }),
    name,
    payload: { kind: "json", bytes },
    payloadBytes: bytes.length + ARG_BYTES * args.length,
    // The original counted in whole seconds, so less than one of them meant the least that it knew.
    reservationMs: reservationMs > 0 ? Math.max(reservationMs, LIMITS.reservationMsMin) : reservationMs,
    ...readExecutionTime(executionTime),
  };
}

function readExecutionTime(time: OriginalJob["executionTime"]): Pick<Draft, "delayMs" | "runAt"> {
  switch (time.case) {
    case "delayed":
      return { delayMs: spanMs("delayed", time.value) };
    case "scheduled":
      return { runAt: instantMs("scheduled", time.value) };
    default:
      return {};
  }
}

export function viewOriginalJob({
  job,
  payload,
}: {
  readonly job: Job;
  readonly payload: Payload;
}): OriginalJob {
  return create(JobSchema, {
    id: job.id,
    name: job.name,
    args: argsOf(payload),
    executionTime: { case: "immediate", value: create(EmptySchema) },
    ...(job.reservationMs > 0 && { reservationTime: toDuration(job.reservationMs) }),
  });
}

/** A JSON array of strings is the args; anything else is one arg: the text, or base64 of what is no text. */
function argsOf({ bytes }: Payload): string[] {
  const text = textOf(bytes);
  if (text === undefined) return [Buffer.from(bytes).toString("base64")];

  const args = arrayOfStrings(text);
  return args ?? [text];
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function arrayOfStrings(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((one) => typeof one === "string") ? parsed : undefined;
  } catch {
    return undefined;
  }
}
