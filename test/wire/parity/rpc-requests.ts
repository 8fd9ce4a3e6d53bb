// Requests for every unary rpc of the server, in an order in which they have something to find: jobs are enqueued before
// they are looked at. Each rpc is asked for nothing, too; and here are requests that are refused.
import type { DescMessage, DescMethodUnary, MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Health } from "../../../src/gen/grpc/health/v1/health_pb.ts";
import { Lakh } from "../../../src/gen/lakh/lakh_pb.ts";
import {
  AdminService,
  DeadGroupKind,
  DeadGroupOrder,
  type JobOrder,
  JobView,
} from "../../../src/gen/lakh/v1/admin_pb.ts";
import { JobState } from "../../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { WorkerService } from "../../../src/gen/lakh/v1/worker_pb.ts";
import { byIds } from "../stage.ts";

/** Makes a name or an id that no other lane uses. */
type Own = (word: string) => string;

interface RpcRequests {
  readonly method: DescMethodUnary;
  readonly requests: (own: Own) => readonly Record<string, unknown>[];
}

function on<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  requests: (own: Own) => readonly MessageInitShape<I>[],
): RpcRequests {
  return { method, requests: requests as RpcRequests["requests"] };
}

const producer = ProducerService.method;
const worker = WorkerService.method;
const admin = AdminService.method;
const ms = durationFromMs;
const SUCCESS = { case: "succeed", value: {} } as const;
const TOO_LARGE = { case: "data", value: new Uint8Array((1 << 20) + 1) } as const;

export const RPC_REQUESTS: readonly RpcRequests[] = [
  on(producer.enqueue, (own) => [
    {},
    {
      jobs: [
        { id: own("a"), name: own("mail"), labels: { customer: "größer", "": "x" } },
        { id: own("b"), name: own("mail"), payload: { case: "data", value: Uint8Array.of(0, 255) } },
      ],
    },
    {
      jobs: [
        { id: own("a"), name: own("mail"), labels: { customer: "größer" }, priority: 5 },
        { id: own("b"), name: own("mail"), payload: { case: "data", value: Uint8Array.of(0, 255) } },
        { id: own("later"), name: own("mail"), start: { case: "delay", value: ms(3_600_000) } },
        { id: own("unique"), name: own("bill"), uniqueKey: "one", keepResult: ms(60_000) },
        { name: own("made") },
      ],
    },
    { jobs: [{ id: own("a"), name: own("mail") }] },
    { jobs: [{ name: own("bill"), uniqueKey: "one" }] },
    { jobs: [{ id: own("waited"), name: own("wait") }], wait: ms(0) },
    { jobs: [{ name: "a" }], wait: ms(-1) },
    { jobs: [{ name: "no name" }] },
    { jobs: [{ name: "large", payload: TOO_LARGE }] },
    { jobs: Array(1_001).fill({ name: "many" }) },
  ]),
  on(producer.getJob, (own) => [{}, { id: own("a") }, { id: own("none") }, { id: "größer" }]),
  on(worker.reserve, (own) => [
    {},
    { names: [own("mail")], workerId: own("w") },
    { names: [own("mail")], maxJobs: 100, workerId: own("w"), reservationTime: ms(60_000) },
    { names: [own("none")] },
    { names: [own("mail")], maxJobs: 101 },
    { names: [own("mail")], wait: ms(61_000) },
  ]),
  on(worker.report, (own) => [
    {},
    { workerId: own("w") },
    {
      workerId: own("w"),
      reports: [
        failed(own("a"), `no such host ${own("x")}`),
        { jobId: own("b"), attempt: 1, report: SUCCESS },
        { jobId: own("none"), attempt: 1, report: SUCCESS },
      ],
    },
    { workerId: own("w"), reports: [{ jobId: own("b"), attempt: 7 }] },
  ]),
  on(Lakh.method.getDeadJobs, () => [{}]),
  on(Health.method.check, () => [{}, { service: "lakh.v1.AdminService" }, { service: "no.Such" }]),
  on(Health.method.list, () => [{}]),
  on(admin.getOverview, () => [{}]),
  on(admin.listQueues, (own) => [
    {},
    { namePrefix: own(""), pageSize: 1 },
    { pageSize: -1 },
    { pageToken: "no" },
  ]),
  on(admin.getQueue, (own) => [{}, { name: own("mail") }, { name: own("none") }]),
  on(admin.listJobs, (own) => [
    {},
    { filter: { names: [own("mail")] }, pageSize: 2 },
    { filter: { ids: [own("a"), own("none")] }, view: JobView.FULL },
    { order: 99 as JobOrder },
  ]),
  on(admin.listWorkers, (own) => [{}, { name: own("mail") }, { pageSize: 1_001 }]),
  on(admin.listDeadGroups, (own) => [
    {},
    { name: own("mail"), kind: DeadGroupKind.DEAD, order: DeadGroupOrder.LATEST },
    { kind: 99 as DeadGroupKind },
  ]),
  on(admin.retryJobs, (own) => [
    {},
    { selection: byIds(own("a"), own("none")), dryRun: true },
    { selection: byIds(own("a")), spread: ms(60_000) },
    { selection: byIds(own("a")), spread: ms(-60_000) },
  ]),
  on(admin.runJobsNow, (own) => [{}, { selection: byIds(own("a"), own("later")) }]),
  on(producer.cancelJobs, (own) => [{}, { ids: [own("unique"), own("b"), own("none")] }, { ids: [""] }]),
  on(admin.cancelMatchingJobs, (own) => [
    {},
    { selection: byFilter(own("wait")), dryRun: true },
    { selection: byFilter(own("wait")) },
    { selection: { everything: true } },
  ]),
  on(admin.deleteJobs, (own) => [{}, { selection: byIds(own("unique")) }]),
  on(admin.listOperations, () => [{}]),
  on(admin.getOperation, (own) => [{}, { id: own("none") }]),
  on(admin.stopOperation, (own) => [{}, { id: own("none") }]),
  on(admin.pauseQueues, (own) => [{}, { names: [own("mail")] }, { names: ["no name"] }]),
  on(admin.resumeQueues, (own) => [{}, { names: [own("mail")] }]),
  on(admin.drainWorkers, (own) => [{}, { workerIds: [own("w"), own("none")] }]),
  on(admin.getHistory, (own) => [{}, { name: own("mail"), window: ms(3_600_000) }, { window: ms(1) }]),
  on(admin.getSchedule, (own) => [
    {},
    { name: own("mail"), window: ms(7_200_000), steps: 10 },
    { steps: 1_000_000 },
  ]),
  on(admin.whoAmI, () => [{}]),
  on(admin.getSystem, () => [{}]),
];

function failed(jobId: string, message: string) {
  const error = { class: "Misfortune", message, stack: "at no place" };
  return { jobId, attempt: 1, report: { case: "fail", value: { error, final: true } } } as const;
}

function byFilter(name: string) {
  return { jobs: { case: "filter" as const, value: { names: [name], states: [JobState.READY] } } };
}
