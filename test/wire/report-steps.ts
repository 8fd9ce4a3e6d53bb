// The script's steps about what a worker reports, and what becomes of the job.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { AttemptOutcome, DeathReason, JobState, type ResultSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import { CancellationReason, type Delivery, ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import type { Steps } from "./script.ts";
import { fixedRetry, holds, same } from "./stage.ts";

export const reportSteps: Steps = {
  async "a result is kept with the job"(stage) {
    const worker = await stage.openWorker("result");
    const [job] = await stage.enqueue({ name: stage.own("result") });
    const { jobId, attempt } = await stage.next(worker);
    const result: MessageInitShape<typeof ResultSchema> = {
      value: { case: "json", value: { kind: { case: "stringValue", value: "done" } } },
    };
    const report = { case: "succeed", value: { result } } as const;
    same(await worker.report({ jobId, attempt, report }), ReportResult.ACCEPTED, "report");
    const kept = await stage.job(job?.id ?? "");
    same([kept.state, kept.workerId], [JobState.SUCCEEDED, worker.id], "state and worker_id");
    same(kept.result, result, "result");
    holds(kept.finishedAt !== undefined && kept.attempts.length === 0, "finished_at, and no ended attempt");
  },

  async "a failed job comes back after its backoff, as the next attempt"(stage) {
    const worker = await stage.openWorker("retry");
    const [job] = await stage.enqueue({ name: stage.own("retry"), retry: fixedRetry(5) });
    const first = await stage.next(worker);
    same(await stage.fail(worker, first, "once"), ReportResult.ACCEPTED, "report");
    const second = await stage.next(worker);
    same([second.jobId, second.attempt, second.failures], [job?.id, 2, 1], "id, attempt, failures");
    same(await stage.succeed(worker, second), ReportResult.ACCEPTED, "report");
    const { state, failures, attempts } = await stage.job(job?.id ?? "");
    same([state, failures], [JobState.SUCCEEDED, 1], "state and failures");
    const [ended] = attempts;
    same([ended?.attempt, ended?.outcome], [1, AttemptOutcome.FAILED], "what is kept of attempt 1");
    same(ended?.error, { class: "Misfortune", message: "once", stack: "at no place" }, "its error");
    const tookMs =
      ended?.startedAt && ended.endedAt && timestampMs(ended.endedAt) - timestampMs(ended.startedAt);
    holds(tookMs !== undefined && tookMs >= 0 && tookMs < 60_000, `attempt 1 took ${tookMs} ms`);
  },

  async "a job that fails once more than it may be retried is dead"(stage) {
    const worker = await stage.openWorker("dead");
    const [job] = await stage.enqueue({ name: stage.own("dead"), retry: fixedRetry(1) });
    for (const word of ["one", "two"]) await stage.fail(worker, await stage.next(worker), word);
    const dead = await stage.job(job?.id ?? "");
    same([dead.state, dead.deathReason], [JobState.DEAD, DeathReason.RETRIES_USED_UP], "state and reason");
    const told = dead.attempts.map(({ attempt, error }) => [attempt, error?.message]);
    same(
      [dead.attempt, dead.failures, told],
      [
        2,
        2,
        [
          [1, "one"],
          [2, "two"],
        ],
      ],
      "its history",
    );
  },

  async "a final failure is death at once"(stage) {
    const worker = await stage.openWorker("final");
    const [job] = await stage.enqueue({ name: stage.own("final") });
    const { jobId, attempt } = await stage.next(worker);
    await worker.report({ jobId, attempt, report: { case: "fail", value: { final: true } } });
    const dead = await stage.job(job?.id ?? "");
    same([dead.state, dead.deathReason], [JobState.DEAD, DeathReason.FINAL_FAILURE], "state and reason");
  },

  async "an expired job comes back, and the first success counts, whichever attempt it is of"(stage) {
    const worker = await stage.openWorker("expire");
    const spec = { reservationTime: durationFromMs(1_000), retry: fixedRetry(40) };
    const [job] = await stage.enqueue({ name: stage.own("expire"), ...spec });
    const first = await stage.next(worker);
    const extended = async ({ jobId, attempt }: Delivery) => {
      const value = { reservationTime: durationFromMs(600_000) };
      return worker.report({ jobId, attempt, report: { case: "extend", value } });
    };
    let second = await stage.next(worker);
    // On a busy machine that one may expire as well before it is extended.
    while ((await extended(second)) !== ReportResult.ACCEPTED) second = await stage.next(worker);
    const expired = second.attempt - 1;
    same([first.attempt, second.failures], [1, expired], "the first attempt, and failures of the second");
    if (worker.cancelled) {
      const told = await worker.cancelled(stage.patienceMs);
      same([told?.attempt, told?.reason], [1, CancellationReason.EXPIRED], "what the worker hears");
    }
    same(await stage.fail(worker, first), ReportResult.IGNORED, "a late failure");
    same((await stage.job(job?.id ?? "")).state, JobState.RESERVED, "state after it");
    same(await stage.succeed(worker, first), ReportResult.ACCEPTED, "a late success");
    same(await stage.succeed(worker, second), ReportResult.IGNORED, "a second success");
    const { state, failures, attempts } = await stage.job(job?.id ?? "");
    same([state, failures], [JobState.SUCCEEDED, expired], "state and failures");
    const outcomes = attempts.map(({ outcome }) => outcome);
    const expirations = Array(expired).fill(AttemptOutcome.EXPIRED);
    same(outcomes, [...expirations, AttemptOutcome.LATE_FAILURE], "history");
  },

  async "a released job is out again unharmed"(stage) {
    const worker = await stage.openWorker("release");
    await stage.enqueue({ name: stage.own("release") });
    const { jobId, attempt } = await stage.next(worker);
    const report = { case: "release", value: {} } as const;
    same(await worker.report({ jobId, attempt, report }), ReportResult.ACCEPTED, "report");
    const again = await stage.next(worker);
    same([again.jobId, again.attempt, again.failures], [jobId, 2, 0], "id, attempt, failures");
    await stage.succeed(worker, again);
  },

  async "an extended reservation ends later, and says how far the work is"(stage) {
    const worker = await stage.openWorker("extend");
    await stage.enqueue({ name: stage.own("extend"), reservationTime: durationFromMs(60_000) });
    const { jobId, attempt, reservedUntil } = await stage.next(worker);
    const progress = { fraction: 0.5, text: "half" };
    const value = { reservationTime: durationFromMs(120_000), progress };
    same(
      await worker.report({ jobId, attempt, report: { case: "extend", value } }),
      ReportResult.ACCEPTED,
      "report",
    );
    const job = await stage.job(jobId);
    same([job.state, job.progress], [JobState.RESERVED, progress], "state and progress");
    const moreMs =
      job.reservedUntil && reservedUntil && timestampMs(job.reservedUntil) - timestampMs(reservedUntil);
    holds(moreMs !== undefined && moreMs >= 60_000, `extended by ${moreMs} ms`);
    await worker.report({ jobId, attempt, report: { case: "succeed", value: {} } });
  },

  async "a report must be about a delivery of a job that is there"(stage) {
    const worker = await stage.openWorker("odd");
    const [job] = await stage.enqueue({ name: stage.own("odd") });
    const delivery = await stage.next(worker);
    const of = (jobId: string, attempt: number) =>
      worker.report({ jobId, attempt, report: { case: "succeed", value: {} } });
    same(await of(stage.own("nobody"), 1), ReportResult.NOT_FOUND, "an unknown job");
    same(await of(job?.id ?? "", 2), ReportResult.REFUSED, "an attempt that was never delivered");
    same(await of("", 1), ReportResult.REFUSED, "no id");
    same(await stage.succeed(worker, delivery), ReportResult.ACCEPTED, "the delivery itself");
    same(await stage.succeed(worker, delivery), ReportResult.IGNORED, "the delivery once more");
  },
};
