// What a worker reports, from the contract's words to moves, and what became of it back again.
import { create } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import {
  type Report,
  type ReportOutcome,
  ReportOutcomeSchema,
  ReportResult,
} from "../gen/lakh/v1/worker_pb.ts";
import { checkDelay, checkId, checkReservation } from "../job/admission.ts";
import { boundError, boundProgress } from "../job/history.ts";
import type { JobId, WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { isRefused, type Move } from "../job/move.ts";
import { REFUSAL_TEXTS } from "../job/refusal.ts";
import type { MoveById, Outcome } from "../store/store.ts";
import { expectNone, invalid, REPORT_RESULTS } from "./errors.ts";
import { STATES } from "./job-view.ts";
import { contentSize, readContent } from "./payload.ts";
import { spanMs } from "./times.ts";

/** How a worker that polls hears of it. */
const CANCELLED_TEXT = "The job is cancelled: stop working on it.";

/** Carries out a worker's reports; one outcome for each, in their order. */
export async function carryOutReports(
  broker: Broker,
  by: WorkerId,
  reports: readonly Report[],
): Promise<ReportOutcome[]> {
  const refused = await carryOutQuietly(broker, by, reports);
  return reports.map((report, i) => refused[i] ?? accepted(report));
}

/** The same, but that nothing is said of reports that were accepted, and they are nearly all: undefined stands for them. */
export async function carryOutQuietly(
  broker: Broker,
  by: WorkerId,
  reports: readonly Report[],
): Promise<(ReportOutcome | undefined)[]> {
  const read = reports.map((report) => readReport(report, by));
  const moves = read.filter((one): one is MoveById => !(one instanceof ConnectError));
  const outcomes = moves.length === 0 ? [] : await broker.report(by, moves);

  let next = 0;
  return read.map((one, i) => {
    const report = reports[i] as Report;
    return one instanceof ConnectError ? malformed(report, one) : refusalOf(report, outcomes[next++]);
  });
}

/** About how many bytes these take while they are under way. */
export function sizeOf(reports: readonly Report[]): number {
  let bytes = 0;
  for (const { jobId, report } of reports) bytes += jobId.length + saidBytes(report);
  return bytes;
}

function saidBytes(report: Report["report"]): number {
  switch (report.case) {
    case "succeed":
      return report.value.result ? contentSize(report.value.result.value) : 0;
    case "fail": {
      const { class: of = "", message = "", stack = "" } = report.value.error ?? {};
      return of.length + message.length + stack.length;
    }
    case "extend":
      return report.value.progress?.text.length ?? 0;
    default:
      return 0;
  }
}

/** A malformed report is refused by itself: the others of its message are none the worse. */
function readReport(report: Report, by: WorkerId): MoveById | ConnectError {
  try {
    expectNone(checkId("job_id", report.jobId));
    if (report.attempt < 1) throw invalid("attempt", "is required, from 1");

    return { id: report.jobId as JobId, move: readMove(report, by) };
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
}

function readMove({ attempt, report }: Report, by: WorkerId): Move {
  switch (report.case) {
    case "succeed":
      return { move: "succeed", by, attempt, ...readResult(report.value.result) };
    case "fail":
      return { move: "fail", by, attempt, ...readFailure(report.value) };
    case "extend":
      return { move: "extend", by, attempt, ...readExtension(report.value) };
    case "release":
      return { move: "release", by, attempt };
    case undefined:
      throw invalid("report", "must be one of succeed, fail, extend, release");
  }
}

type Said<Case extends NonNullable<Report["report"]["case"]>> = Extract<
  Report["report"],
  { case: Case }
>["value"];

function readResult(result: Said<"succeed">["result"]) {
  if (!result || result.value.case === undefined) return {};
  const { payload } = readContent("succeed.result.", result.value);
  if (payload.bytes.length > LIMITS.resultBytesMax) {
    throw invalid(
      "succeed.result",
      `must be at most 64 KiB (${LIMITS.resultBytesMax} bytes), is ${payload.bytes.length}`,
    );
  }

  return { result: payload };
}

function readFailure({ error, retryAfter, final }: Said<"fail">) {
  const retryAfterMs = retryAfter && spanMs("fail.retry_after", retryAfter);
  expectNone(checkDelay("fail.retry_after", retryAfterMs));

  return {
    final,
    ...(error && { error: boundError({ class: error.class, message: error.message, stack: error.stack }) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function readExtension({ reservationTime, progress }: Said<"extend">) {
  const reservationMs = reservationTime && spanMs("extend.reservation_time", reservationTime);
  expectNone(checkReservation("extend.reservation_time", reservationMs));

  return {
    ...(reservationMs !== undefined && { reservationMs }),
    ...(progress && { progress: boundProgress({ fraction: progress.fraction, text: progress.text }) }),
  };
}

function accepted({ jobId, attempt }: Report): ReportOutcome {
  return create(ReportOutcomeSchema, { jobId, attempt, result: ReportResult.ACCEPTED });
}

function refusalOf({ jobId, attempt }: Report, outcome: Outcome | undefined): ReportOutcome | undefined {
  const refusal = outcome && isRefused(outcome.decision) ? outcome.decision.refused : undefined;
  if (!refusal) return undefined;

  const is = outcome?.was?.state.is;
  return create(ReportOutcomeSchema, {
    jobId,
    attempt,
    result: REPORT_RESULTS[refusal],
    reason: is === "cancelled" ? CANCELLED_TEXT : REFUSAL_TEXTS[refusal],
    ...(is && { state: STATES[is] }),
  });
}

function malformed({ jobId, attempt }: Report, error: ConnectError): ReportOutcome {
  return create(ReportOutcomeSchema, {
    jobId,
    attempt,
    result: ReportResult.REFUSED,
    reason: error.rawMessage,
  });
}
