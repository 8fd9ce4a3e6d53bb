// The next day as columns: how high each is, and in which words it is told.
import type { Schedule } from "../../src/gen/lakh/v1/system_pb.ts";
import { msOf, spanMsOf } from "../format/times.ts";

export interface DensityColumn {
  readonly fromMs: number;
  readonly toMs: number;
  readonly scheduled: bigint;
  readonly retrying: bigint;
  /** From 0 to 1, of the highest column; what is not nothing is at least 0.04, so that it is seen. */
  readonly scheduledHeight: number;
  readonly retryingHeight: number;
}

const HEIGHT_MIN = 0.04;

export function columnsOf(schedule: Schedule): readonly DensityColumn[] {
  const startMs = msOf(schedule.start) ?? 0;
  const stepMs = spanMsOf(schedule.step) ?? 0;
  const sums = schedule.scheduled.map((count, i) => count + (schedule.retrying[i] ?? 0n));
  const highest = sums.reduce((a, b) => (a > b ? a : b), 1n);
  const heightOf = (count: bigint) =>
    count === 0n ? 0 : Math.max(HEIGHT_MIN, Number(count) / Number(highest));
  return schedule.scheduled.map((scheduled, i) => {
    const retrying = schedule.retrying[i] ?? 0n;
    return {
      fromMs: startMs + i * stepMs,
      toMs: startMs + (i + 1) * stepMs,
      scheduled,
      retrying,
      scheduledHeight: heightOf(scheduled),
      retryingHeight: heightOf(retrying),
    };
  });
}

export function sumOf(columns: readonly DensityColumn[]): {
  readonly scheduled: bigint;
  readonly retrying: bigint;
} {
  return columns.reduce(
    (sum, { scheduled, retrying }) => ({
      scheduled: sum.scheduled + scheduled,
      retrying: sum.retrying + retrying,
    }),
    { scheduled: 0n, retrying: 0n },
  );
}
