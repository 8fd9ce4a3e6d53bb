// A port whose handlers do what the request tells them: every way for a call to end that a handler can choose, on both
// paths. What a handler was told of its call is in its answer, so that this is compared as well.
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type HandlerContext,
  type Interceptor,
} from "@connectrpc/connect";
import type { EnqueueRequest, EnqueueResponseSchema } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { ProducerService } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { CallCounts } from "../../../src/rpc/call-counts.ts";
import { answerFaults } from "../../../src/rpc/errors.ts";
import { enforceDeadline, logCalls } from "../../../src/rpc/interceptors.ts";
import type { ConnectPluginOptions } from "../../../src/server/connect-plugin.ts";
import type { PortLimits } from "../../../src/server/port-limits.ts";
import { MemoryLog, openRpcPort } from "../../server/rpc-port.ts";
import { type LogRecord, type OpenServer, openPair, type Pair } from "./pair.ts";

export type Answer = MessageInitShape<typeof EnqueueResponseSchema>;
export type Ending = (request: EnqueueRequest, context: HandlerContext) => Answer | Promise<Answer>;

export interface ScriptedOptions {
  /** What Enqueue does, by the name of the request's first job. Otherwise it answers with the ids of the jobs. */
  readonly endings?: Readonly<Record<string, Ending>>;
  /** More around each call, outside of what the server has. */
  readonly interceptors?: readonly Interceptor[];
  readonly limits?: Partial<PortLimits>;
  readonly rpc?: Partial<ConnectPluginOptions>;
}

export function openScriptedPair(options: ScriptedOptions = {}): Promise<Pair> {
  return openPair(opensScripted(options));
}

/** For a pair whose sides are not the same. */
export function opensScripted({
  endings = {},
  interceptors = [],
  limits = {},
  rpc,
}: ScriptedOptions): OpenServer {
  return async ({ stockRpc }) => {
    const log = new MemoryLog();
    const server = await openRpcPort({
      log,
      limits: { closeTimeoutMs: 300, goodbyeTimeoutMs: 200, ...limits },
      rpc: {
        routes: (router) => scriptedRoutes(router, endings),
        interceptors: [
          ...interceptors,
          logCalls(log, () => 0, new CallCounts()),
          enforceDeadline,
          answerFaults,
        ],
        shutdownTimeoutMs: 0,
        ...({ stockRpc } as object),
        ...rpc,
      },
    });
    return { port: server.port, takeLog: () => log.records.splice(0).map(asRecord), stop: server.close };
  };
}

function scriptedRoutes(router: ConnectRouter, endings: NonNullable<ScriptedOptions["endings"]>): void {
  router.service(ProducerService, {
    enqueue: (request, context) => {
      const ending = endings[request.jobs[0]?.name ?? ""] ?? echo;
      return ending(request, context);
    },
    getJob: ({ id }, context) => {
      if (id === "") throw new ConnectError("id: must not be empty", Code.InvalidArgument);
      return { job: { id, name: context.requestMethod } };
    },
  });
}

function echo({ jobs }: EnqueueRequest): Answer {
  return { jobs: jobs.map(({ id }) => ({ id })) };
}

/** Of an error what it says, not where it was thrown: that differs, and should. */
function asRecord({ level, text, fields }: MemoryLog["records"][number]): LogRecord {
  const { requestId, err, ...rest } = fields;
  return {
    level,
    text,
    ...rest,
    hasRequestId: requestId !== "" && requestId !== undefined,
    err: String(err),
  };
}
