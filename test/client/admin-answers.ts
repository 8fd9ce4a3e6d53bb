// A server with something to see: hand-written answers of AdminService, and a record of what was asked.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { DeathReason, type JobSchema, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import {
  type BulkResultSchema,
  JobOutcome,
  type JobSelection,
  OperationKind,
  type OperationSchema,
  OperationState,
} from "../../src/gen/lakh/v1/operation_pb.ts";
import { SettingSource, type SystemSchema } from "../../src/gen/lakh/v1/system_pb.ts";
import type { FakeServer } from "./fake-server.ts";

/** What time it is there: one minute past noon. */
export const now = Date.parse("2026-11-24T12:01:00Z");
const at = (secondsAgo: number) => timestampFromMs(now - secondsAgo * 1_000);

/** One dead job, whose error wants to paint the terminal. */
export const deadJob: MessageInitShape<typeof JobSchema> = {
  id: "d1",
  name: "mail.welcome",
  state: JobState.DEAD,
  deathReason: DeathReason.RETRIES_USED_UP,
  since: at(180),
  finishedAt: at(180),
  attempt: 3,
  failures: 3,
  lastError: { class: "Boom", message: "\u001b[31mred\u009b" },
  errorGroup: "9f2c00112233aabb",
};

/** What the server was asked. */
export interface Asked {
  readonly changes: {
    readonly verb: string;
    readonly selection: JobSelection | undefined;
    readonly dryRun: boolean;
    readonly spreadSeconds: number | undefined;
  }[];
  readonly drains: unknown[];
}

/** How many jobs a filter matches. */
export interface World {
  matching: number;
  isComplete: boolean;
}

/** Writes the answers; `world` may be changed later. */
export function answerAsAdmin(server: FakeServer, world: World = { matching: 3, isComplete: true }): Asked {
  const asked: Asked = { changes: [], drains: [] };
  const change =
    (verb: string, kind: OperationKind) =>
    (request: {
      selection?: JobSelection | undefined;
      dryRun: boolean;
      spread?: { seconds: bigint } | undefined;
    }) => {
      const { selection, dryRun, spread } = request;
      const spreadSeconds = spread && Number(spread.seconds);
      asked.changes.push({ verb, selection, dryRun, spreadSeconds });
      return { result: resultOf({ selection, dryRun, kind }, world) };
    };
  const [running, done] = [OperationState.RUNNING, OperationState.DONE];
  let polls = 0;
  server.admin = {
    getSystem: () => ({ system }),
    getOverview: () => ({ overview: { queues: 2, workers: 1, capacity: 4, held: 1, at: at(0) } }),
    listQueues: () => ({ queues }),
    getQueue: ({ name }) => ({ queue: { ...queues[0], name }, workers }),
    listWorkers: () => ({ workers }),
    listJobs: ({ pageToken, pageSize }) => {
      if (pageToken === "")
        return {
          jobs: [deadJob],
          nextPageToken: pageSize > 1 ? "2" : "more",
          searched: 1_000n,
          candidates: 2_500n,
        };
      return { jobs: [{ ...deadJob, id: "d2" }], searched: 1_500n, candidates: 2_500n };
    },
    listDeadGroups: () => ({
      groups: [
        {
          group: "9f2c00112233aabb",
          name: "mail.welcome",
          errorClass: "Boom",
          errorLine: "id <n>",
          jobs: 4_120n,
          lastSeen: at(30),
          firstSeen: at(7_200),
        },
      ],
    }),
    retryJobs: change("retry", OperationKind.RETRY),
    runJobsNow: change("run-now", OperationKind.RUN_NOW),
    cancelMatchingJobs: change("cancel", OperationKind.CANCEL),
    deleteJobs: change("delete", OperationKind.DELETE),
    listOperations: () => ({ operations: [operation("op-1", { state: running })] }),
    getOperation: ({ id }) => {
      if (id === "nope") throw new ConnectError("there is no operation nope", Code.NotFound);
      polls += 1;
      return {
        operation: operation(id, polls < 2 ? { state: running, changed: 1n } : { state: done, changed: 3n }),
      };
    },
    stopOperation: ({ id }) => ({ operation: operation(id, { state: OperationState.STOPPED }) }),
    pauseQueues: ({ names }) => ({ paused: names.slice(0, 1) }),
    resumeQueues: ({ names }) => ({ resumed: names }),
    drainWorkers: (request) => {
      asked.drains.push(request);
      return { workerIds: ["host-1"] };
    },
    watch: async function* () {
      yield { sequence: 1n, snapshot: true, overview: { queues: 2, at: at(0) }, queues };
    },
  };
  return asked;
}

const queues = [
  {
    name: "mail.welcome",
    jobs: { ready: 12_345n, scheduled: 5n, dead: 2n },
    oldestReadyAge: { seconds: 185n, nanos: 0 },
    workers: 0,
  },
  {
    name: "pdf",
    jobs: { reserved: 1n },
    paused: true,
    pausedSince: at(60),
    workers: 1,
    capacity: 4,
    held: 1,
  },
];
const system: MessageInitShape<typeof SystemSchema> = {
  version: "1.2.3",
  runtime: "24.1.0",
  platform: "linux x64",
  startedAt: at(7_500),
  rssBytes: 104_857_600n,
  heapBytes: 41_943_040n,
  eventLoopDelay: { count: 600n, p50: { nanos: 150_000 }, p99: { nanos: 212_000_000 } },
  processorShare: 0.254,
  store: "sqlite:./data\u001b[2J",
  storeBytes: 5_242_880n,
  diskFreeBytes: 1_073_741_824n,
  diskBytes: 21_474_836_480n,
  commit: { count: 12_345n, p50: { nanos: 600_000 }, p99: { nanos: 3_400_000 } },
  connections: 3,
  openCalls: 2,
  refusals: [{ rpc: "lakh.v1.ProducerService/Enqueue", code: Code.InvalidArgument, calls: 12_000n }],
  settings: [
    { key: "max_retries", value: "30", source: SettingSource.DEFAULT, description: "How often." },
    { key: "env_name", value: "production", source: SettingSource.FILE, description: "What this is." },
  ],
  at: at(0),
};
const workers = [
  {
    workerId: "host-1",
    names: ["pdf"],
    capacity: 4,
    held: 1,
    version: "v\u001b[2J",
    joinedAt: at(3_700),
    lastHeardAt: at(2),
  },
];

function operation(
  id: string,
  more: { readonly state: OperationState; readonly kind?: OperationKind; readonly changed?: bigint },
): MessageInitShape<typeof OperationSchema> {
  return {
    id,
    kind: OperationKind.RETRY,
    filter: { states: [JobState.DEAD] },
    searched: 3n,
    candidates: 3n,
    createdAt: at(4),
    finishedAt: at(2),
    ...more,
  };
}

function resultOf(
  { selection, dryRun, kind }: { selection: JobSelection | undefined; dryRun: boolean; kind: OperationKind },
  { matching, isComplete }: World,
): MessageInitShape<typeof BulkResultSchema> {
  if (selection?.jobs.case === "ids") return { jobs: selection.jobs.value.ids.map(resultOfId) };
  if (!dryRun) return { operation: operation("op-1", { kind, state: OperationState.RUNNING }) };

  const counts = [{ name: "mail.welcome", state: JobState.DEAD, jobs: BigInt(matching) }];
  const searched = isComplete ? {} : { searched: 1_000n, candidates: 4_000n };
  return {
    preview: {
      matching: BigInt(matching),
      complete: isComplete,
      samples: [deadJob],
      counts,
      asOf: at(1),
      ...searched,
    },
  };
}

function resultOfId(id: string) {
  if (id === "unknown") return { id, outcome: JobOutcome.NOT_FOUND };
  if (id === "busy")
    return { id, outcome: JobOutcome.REFUSED, state: JobState.RESERVED, reason: "it is reserved" };
  return { id, outcome: JobOutcome.CHANGED, state: JobState.READY };
}
