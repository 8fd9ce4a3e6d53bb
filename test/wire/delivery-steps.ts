// The script's steps about what reaches a worker, and when.
import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { CancellationReason, ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import type { Steps } from "./script.ts";
import { fixedRetry, holds, same } from "./stage.ts";

const QUIET_MS = 100;
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

export const deliverySteps: Steps = {
  async "the server's first words come at once, before there is any work"(stage) {
    const worker = await stage.openWorker("hello");
    same(worker.id, stage.own("worker-hello"), "worker_id");
    same(await worker.next(0), undefined, "a job that nobody enqueued");
  },

  async "a worker gets a job as it was enqueued"(stage) {
    const worker = await stage.openWorker("whole");
    const kind = { case: "structValue", value: { fields: { user: { kind: numberOf(42) } } } } as const;
    const labels = { tenant: "acme", größe: "ß" };
    const payload = { case: "json", value: { kind } } as const;
    const [job] = await stage.enqueue({ name: stage.own("whole"), payload, labels, traceparent });
    const delivery = await stage.next(worker);
    const told = [delivery.jobId, delivery.name, delivery.attempt, delivery.failures];
    same(told, [job?.id, stage.own("whole"), 1, 0], "id, name, attempt, failures");
    same(delivery.payload, payload, "payload");
    same([delivery.labels, delivery.traceparent], [labels, traceparent], "labels and traceparent");
    const leftMs = delivery.reservedUntil ? timestampMs(delivery.reservedUntil) - Date.now() : 0;
    holds(leftMs > 25 * 60_000 && leftMs <= 30 * 60_000, `reserved for ${leftMs} ms, not for 30 min`);
    same(await stage.succeed(worker, delivery), ReportResult.ACCEPTED, "report");
  },

  async "data arrives byte for byte"(stage) {
    const worker = await stage.openWorker("bytes");
    const value = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) & 255);
    await stage.enqueue({ name: stage.own("bytes"), payload: { case: "data", value } });
    const delivery = await stage.next(worker);
    same(delivery.payload, { case: "data", value }, "payload");
    await stage.succeed(worker, delivery);
  },

  async "a job with a delay waits for it"(stage) {
    const worker = await stage.openWorker("later");
    const delayed = (ms: number) => {
      const start = { case: "delay", value: durationFromMs(ms) } as const;
      return { name: stage.own("later"), start };
    };
    const since = Date.now();
    const [soon, later] = await stage.enqueue(delayed(300), delayed(3_600_000));
    same([soon?.state, later?.state], [JobState.SCHEDULED, JobState.SCHEDULED], "states");
    const delivery = await stage.next(worker);
    holds(Date.now() - since >= 300, "not before it is due");
    same(delivery.jobId, soon?.id, "the job that is due");
    await stage.succeed(worker, delivery);
    const { dueAt, enqueuedAt } = await stage.job(later?.id ?? "");
    same(dueAt && enqueuedAt && timestampMs(dueAt) - timestampMs(enqueuedAt), 3_600_000, "delay in ms");
  },

  async "a run time in the past is now"(stage) {
    const worker = await stage.openWorker("past");
    const start = { case: "runAt", value: timestampFromMs(1_000) } as const;
    const [job] = await stage.enqueue({ name: stage.own("past"), start });
    same(job?.state, JobState.READY, "state");
    await stage.succeed(worker, await stage.next(worker));
  },

  async "higher priority goes first, then what was enqueued first"(stage) {
    const name = stage.own("order");
    const ids = ["low", "first", "second"].map((id) => stage.own(id));
    const priorities = [-1, 5, 5];
    await stage.enqueue(...ids.map((id, i) => ({ id, name, priority: priorities[i] ?? 0 })));
    const worker = await stage.openWorker("order", 1);
    const order: string[] = [];
    for (const _ of ids) {
      const delivery = await stage.next(worker);
      order.push(delivery.jobId);
      await stage.succeed(worker, delivery);
    }
    same(order, [ids[1], ids[2], ids[0]], "order");
  },

  async "fire and forget: delivered once, done on delivery"(stage) {
    const worker = await stage.openWorker("forget");
    const spec = { name: stage.own("forget"), reservationTime: durationFromMs(0), retry: fixedRetry(3) };
    const [job] = await stage.enqueue(spec);
    const delivery = await stage.next(worker);
    same(delivery.reservedUntil, undefined, "reserved_until");
    same(await worker.next(QUIET_MS), undefined, "a second delivery");
    same(await stage.fail(worker, delivery), ReportResult.IGNORED, "report");
    const { state, attempt } = await stage.finished(job?.id ?? "");
    same([state, attempt], [JobState.SUCCEEDED, 1], "state and attempt");
  },

  async "a cancelled job is not delivered; a reserved one's worker is told, and its report ignored"(stage) {
    const [waiting] = await stage.enqueue({ id: stage.own("unwanted"), name: stage.own("cancel") });
    const cancel = async (id = "") => {
      const { results } = await stage.client.unary(ProducerService.method.cancelJobs, { ids: [id] });
      return [results[0]?.outcome, results[0]?.state];
    };
    same(await cancel(waiting?.id), [1, JobState.CANCELLED], "cancelling a ready job");
    same(await cancel(waiting?.id), [2, JobState.CANCELLED], "cancelling it again");
    same(await cancel(stage.own("nobody")), [3, JobState.UNSPECIFIED], "cancelling what is not there");

    const worker = await stage.openWorker("cancel");
    const [held] = await stage.enqueue({ name: stage.own("cancel") });
    const delivery = await stage.next(worker);
    same(delivery.jobId, held?.id, "the job that was not cancelled");
    same(await cancel(held?.id), [1, JobState.CANCELLED], "cancelling a reserved job");
    if (worker.cancelled) {
      const told = await worker.cancelled(stage.patienceMs);
      same([told?.jobId, told?.reason], [held?.id, CancellationReason.CANCELLED], "what the worker hears");
    }
    same(await stage.succeed(worker, delivery), ReportResult.IGNORED, "report");
    same((await stage.job(held?.id ?? "")).state, JobState.CANCELLED, "state");
  },
};

function numberOf(value: number) {
  return { case: "numberValue", value } as const;
}
