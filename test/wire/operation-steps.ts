// The script's steps about what operators do to jobs, whatever way their workers are connected: retry, run now, delete.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { type BulkResult, JobOutcome, OperationState } from "../../src/gen/lakh/v1/operation_pb.ts";
import type { Steps } from "./script.ts";
import { byIds, holds, refused, type Stage, same, told } from "./stage.ts";
import { WireError } from "./wire-client.ts";

const { method: admin } = AdminService;
const QUIET_MS = 100;
const later = { case: "delay", value: durationFromMs(3_600_000) } as const;

export const operationSteps: Steps = {
  async "dead jobs are retried by their ids, each answered by itself, and tried first"(stage) {
    const worker = await stage.openWorker("again");
    const [job, waiting] = await stage.enqueue({ name: stage.own("again") }, { name: stage.own("other") });
    const id = job?.id ?? "";
    await stage.die(worker, await stage.next(worker), "once");
    const selection = byIds(id, stage.own("nobody"), waiting?.id ?? "");
    const expected = [
      [id, JobOutcome.CHANGED, JobState.READY],
      [stage.own("nobody"), JobOutcome.NOT_FOUND, JobState.UNSPECIFIED],
      [waiting?.id, JobOutcome.REFUSED, JobState.READY],
    ];
    const tried = await stage.client.unary(admin.retryJobs, { selection, dryRun: true });
    same(told(tried.result), expected, "what would become of them");
    same((await stage.job(id)).state, JobState.DEAD, "after it was only tried");

    const { result } = await stage.client.unary(admin.retryJobs, { selection });
    same(told(result), expected, "what became of them");
    const reason = result?.jobs[2]?.reason ?? "";
    holds(/dead or cancelled.*ready/.test(reason), `"${reason}" says which state it is in`);
    const again = await stage.next(worker);
    same([again.jobId, again.attempt, again.failures], [id, 2, 0], "id, attempt, failures");
    await stage.succeed(worker, again);
  },

  async "all jobs that match are retried by an operation that is followed to its end"(stage) {
    const name = stage.own("many");
    const worker = await stage.openWorker("many");
    const jobs = await stage.enqueue({ name }, { name }, { name });
    for (const _ of jobs) await stage.die(worker, await stage.next(worker), "for now");
    await stage.enqueue({ name, start: later });
    const jobsOf = { case: "filter" as const, value: { names: [name] } };
    const tried = await stage.client.unary(admin.retryJobs, { selection: { jobs: jobsOf }, dryRun: true });
    const { preview } = tried.result ?? {};
    same([preview?.matching, preview?.complete, preview?.samples.length], [3n, true, 3], "preview");
    same(
      preview?.counts.map((one) => [one.name, one.state, one.jobs]),
      [[name, JobState.DEAD, 3n]],
      "its counts",
    );
    same(await worker.next(QUIET_MS), undefined, "a delivery after it was only tried");

    const asOf = preview?.asOf;
    const selection = { jobs: jobsOf, ...(asOf && { asOf }) };
    const begun = await begin(() => stage.client.unary(admin.retryJobs, { selection }), stage);
    const done = await ended(stage, begun?.operation?.id ?? "");
    same([done.state, done.changed, done.skipped], [OperationState.DONE, 3n, 0n], "how it ended");
    same(done.filter?.names, [name], "its filter");
    for (const _ of jobs) await stage.succeed(worker, await stage.next(worker));
    const { operations } = await stage.client.unary(admin.listOperations, {});
    holds(
      operations.some(({ id }) => id === done.id),
      "it is listed",
    );
    const message = await refused(
      stage.client.unary(admin.stopOperation, { id: done.id }),
      Code.FailedPrecondition,
    );
    holds(message.includes("done"), `"${message}" says how it stands`);
  },

  async "an operation on every job there is must be meant"(stage) {
    const selection = { jobs: { case: "filter", value: {} } } as const;
    const message = await refused(
      stage.client.unary(admin.deleteJobs, { selection, dryRun: true }),
      Code.InvalidArgument,
    );
    holds(message.includes("selection.everything"), `"${message}" names the field`);
  },

  async "a scheduled job is run now; what is deleted is gone, but not from under a worker"(stage) {
    const name = stage.own("now");
    const [job] = await stage.enqueue({ name, start: later });
    const selection = byIds(job?.id ?? "");
    const run = await stage.client.unary(admin.runJobsNow, { selection });
    same(told(run.result), [[job?.id, JobOutcome.CHANGED, JobState.READY]], "run now");
    const worker = await stage.openWorker("now");
    const delivery = await stage.next(worker);
    const held = await stage.client.unary(admin.deleteJobs, { selection });
    same(told(held.result), [[job?.id, JobOutcome.REFUSED, JobState.RESERVED]], "deleting a reserved job");
    await stage.die(worker, delivery, "and out");
    const gone = await stage.client.unary(admin.deleteJobs, { selection });
    same(told(gone.result), [[job?.id, JobOutcome.CHANGED, JobState.UNSPECIFIED]], "deleting a dead job");
    await refused(stage.job(job?.id ?? ""), Code.NotFound);
  },
};

/** Others begin operations too, and there is room for so many at once. */
async function begin(call: () => Promise<{ result?: BulkResult | undefined }>, stage: Stage) {
  const until = Date.now() + stage.patienceMs;
  for (;;) {
    try {
      return (await call()).result;
    } catch (error) {
      const isFull = error instanceof WireError && error.code === Code.ResourceExhausted;
      if (!isFull || Date.now() > until) throw error;
    }
  }
}

/** The operation once it is over. */
async function ended(stage: Stage, id: string) {
  const until = Date.now() + stage.patienceMs;
  for (;;) {
    const { operation } = await stage.client.unary(admin.getOperation, { id });
    if (operation && operation.state !== OperationState.RUNNING) return operation;
    if (Date.now() > until) throw new Error(`the operation ${id} is still running`);
  }
}
