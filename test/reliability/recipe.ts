// What becomes of each job of a load, read off its id alone, so that producers, workers and the checker agree without a
// word: how long it takes, how often it fails, whether it waits, is cancelled or is fire and forget.
import { crc32 } from "node:zlib";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { JobSpecSchema } from "../../src/gen/lakh/v1/job_pb.ts";

export const LOAD_NAMES = ["load.a", "load.b", "load.c"];

export interface Recipe {
  readonly name: string;
  readonly priority: number;
  readonly delayMs: number;
  /** How often workers report a failure before they succeed. */
  readonly failures: number;
  readonly maxRetries: number;
  readonly isForgotten: boolean;
  /** The producer cancels it as soon as it is acknowledged. */
  readonly isCancelled: boolean;
  readonly workMs: number;
}

export function recipeOf(id: string): Recipe {
  const drawn = crc32(id);
  const isDead = drawn % 53 === 0;
  const isSlow = drawn % 31 === 0;
  return {
    name: LOAD_NAMES[drawn % LOAD_NAMES.length] ?? "",
    priority: (drawn >>> 4) % 3,
    delayMs: drawn % 11 === 0 ? 50 + (drawn % 1_000) : 0,
    failures: isDead || drawn % 13 === 0 ? 2 : 0,
    maxRetries: isDead ? 1 : 10,
    isForgotten: drawn % 23 === 0,
    isCancelled: drawn % 17 === 0,
    workMs: isSlow ? 100 + (drawn % 300) : drawn % 8,
  };
}

/** Told apart from every other job's. */
export function payloadOf(id: string): Buffer {
  return Buffer.from(id.repeat(1 + (crc32(id) % 12)));
}

export function specOf(id: string): MessageInitShape<typeof JobSpecSchema> {
  const { name, priority, delayMs, maxRetries, isForgotten } = recipeOf(id);
  return {
    id,
    name,
    priority,
    payload: { case: "data", value: payloadOf(id) },
    retry: { maxRetries, backoff: { case: "fixed", value: { delay: durationFromMs(50) } } },
    ...(delayMs > 0 && { start: { case: "delay", value: durationFromMs(delayMs) } }),
    ...(isForgotten && { reservationTime: durationFromMs(0) }),
  };
}
