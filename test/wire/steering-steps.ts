// The script's steps about what operators do where it matters how a worker is connected: pause, cancel, drain.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobState, Situation } from "../../src/gen/lakh/v1/job_pb.ts";
import { JobOutcome } from "../../src/gen/lakh/v1/operation_pb.ts";
import { WorkerKind } from "../../src/gen/lakh/v1/overview_pb.ts";
import { CancellationReason, DrainReason, ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import type { Steps } from "./script.ts";
import { byIds, holds, same, told } from "./stage.ts";

const { method: admin } = AdminService;
const QUIET_MS = 100;
const KINDS = { Work: WorkerKind.WORK, Subscribe: WorkerKind.SUBSCRIBE, Reserve: WorkerKind.RESERVE };

export const steeringSteps: Steps = {
  async "a queue has its counts, its age and its workers"(stage) {
    const name = stage.own("queue");
    const start = { case: "delay", value: durationFromMs(3_600_000) } as const;
    await stage.enqueue({ name }, { name }, { name, start });
    const worker = await stage.openWorker("queue", 1);
    const delivery = await stage.next(worker);
    const { queue, workers } = await stage.client.unary(admin.getQueue, { name });
    const { jobs } = queue ?? {};
    same([jobs?.scheduled, jobs?.ready, jobs?.reserved, jobs?.dead], [1n, 1n, 1n, 0n], "counts");
    holds(queue?.oldestReadyAge !== undefined && !queue.paused, "oldest_ready_age, and not paused");
    const seen = workers.map(({ workerId, kind, names, draining }) => [workerId, kind, names, draining]);
    same(seen, [[worker.id, KINDS[stage.lane], [name], false]], "workers");
    const listed = await stage.client.unary(admin.listWorkers, { name });
    same(
      listed.workers.map(({ workerId }) => workerId),
      [worker.id],
      "the list of workers",
    );
    await stage.succeed(worker, delivery);
    if (stage.lane !== "Reserve") await stage.succeed(worker, await stage.next(worker));
  },

  async "a paused queue hands out nothing, until it is resumed"(stage) {
    const name = stage.own("pause");
    const worker = await stage.openWorker("pause");
    const names = [name];
    same((await stage.client.unary(admin.pauseQueues, { names })).paused, names, "paused");
    same((await stage.client.unary(admin.pauseQueues, { names })).paused, [], "paused again");
    const [job] = await stage.enqueue({ name });
    same(await worker.next(QUIET_MS), undefined, "a delivery of a paused queue");
    same(await stage.situation(job?.id ?? ""), Situation.PAUSED, "why it is not running");
    const { queue } = await stage.client.unary(admin.getQueue, { name });
    holds(queue?.paused === true && queue.pausedSince !== undefined, "the queue says so");
    same((await stage.client.unary(admin.resumeQueues, { names })).resumed, names, "resumed");
    await stage.succeed(worker, await stage.next(worker));
    same((await stage.client.unary(admin.resumeQueues, { names })).resumed, [], "resumed again");
  },

  async "a running job that is cancelled: its worker hears of it, at the latest when it extends"(stage) {
    const worker = await stage.openWorker("stop");
    const [job] = await stage.enqueue({ name: stage.own("stop") });
    const { jobId, attempt } = await stage.next(worker);
    const selection = byIds(job?.id ?? "");
    const { result } = await stage.client.unary(admin.cancelMatchingJobs, { selection });
    same(told(result), [[jobId, JobOutcome.CHANGED, JobState.CANCELLED]], "outcome");
    if (worker.cancelled) {
      const word = await worker.cancelled(stage.patienceMs);
      same([word?.jobId, word?.reason], [jobId, CancellationReason.CANCELLED], "down its stream");
    }
    const answer = await worker.outcomeOf({ jobId, attempt, report: { case: "extend", value: {} } });
    same([answer.result, answer.state], [ReportResult.IGNORED, JobState.CANCELLED], "as it extends");
    holds(/cancelled.*stop/i.test(answer.reason), `"${answer.reason}" says to stop`);
  },

  async "a worker that is drained gets no more jobs, and is told why"(stage) {
    const worker = await stage.openWorker("drain");
    const drained = await stage.client.unary(admin.drainWorkers, { workerIds: [worker.id] });
    same(drained.workerIds, [worker.id], "drained");
    if (worker.drained)
      same(await worker.drained(stage.patienceMs), DrainReason.OPERATOR, "what the worker hears");
    await stage.enqueue({ name: stage.own("drain") });
    same(await worker.next(QUIET_MS), undefined, "a delivery after it");
    const { workers } = await stage.client.unary(admin.listWorkers, { name: stage.own("drain") });
    same(
      workers.map(({ workerId, draining }) => [workerId, draining]),
      [[worker.id, true]],
      "the list",
    );
  },
};
