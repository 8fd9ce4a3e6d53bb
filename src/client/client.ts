// The TypeScript library: a producer hands jobs to a Lakh server, a worker does them, an admin looks after both.
//
//     const producer = new Producer({ url: "http://127.0.0.1:50051" });
//     await producer.enqueue({ name: "welcome", json: { user: 42 } });
//
//     const worker = new Worker({ handlers: { welcome: async (job) => greet(job.json) }, capacity: 10 });
//     process.once("SIGTERM", () => worker.close());
//     await worker.run();
export { Code, ConnectError } from "@connectrpc/connect";
export {
  Admin,
  type ChangeOptions,
  type JobsPage,
  type RetryOptions,
  type WorkersSelected,
} from "./admin.ts";
export type { AdminOptions, WatchOptions } from "./admin-calls.ts";
export type {
  DeadGroupsWanted,
  FilterInput,
  JobOrderWord,
  JobsSelected,
  JobsWanted,
  WatchTopicWord,
  WatchWanted,
} from "./admin-requests.ts";
export type {
  ConnectedWorker,
  Counts,
  DeadGroup,
  Node,
  Overview,
  Percentiles,
  Queue,
  Rates,
  Staff,
} from "./admin-views.ts";
export type { ServerAddress } from "./connection.ts";
export { EnqueueRefusedError, type EnqueueStream, type EnqueueStreamOptions } from "./enqueue-stream.ts";
export { payloadFromText, textOfPayload } from "./exact-json.ts";
export type { Explanation } from "./explanation.ts";
export { FilterError, parseFilter, printFilter } from "./filter.ts";
export {
  type DeliveredJob,
  type Handler,
  PermanentError,
  RetryAfterError,
  WorkCancelledError,
  type WorkContext,
} from "./handler.ts";
export { type EndedAttempt, isFinished, type Job, type JobStateWord, jobToJson, toJob } from "./job.ts";
export { jobFromJson } from "./job-from-json.ts";
export { newJobId } from "./job-id.ts";
export type { RunEnd } from "./job-run.ts";
export type { JobOptions, NewJob, RetryInput } from "./new-job.ts";
export type { BulkResult, JobResult, Operation, Preview } from "./operation-views.ts";
export type { JsonValue, Payload } from "./payload.ts";
export {
  type Cancelled,
  type Enqueued,
  Producer,
  type ProducerOptions,
  type WaitOptions,
} from "./producer.ts";
export type { RetryDelay } from "./retry.ts";
export type { RefusedCalls, SettingInForce, System } from "./system-views.ts";
export type { WatchFrame } from "./watch-frame.ts";
export {
  type CloseOptions,
  type DrainReason,
  type IgnoredReport,
  Worker,
  type WorkerEvents,
  type WorkerOptions,
} from "./worker.ts";
