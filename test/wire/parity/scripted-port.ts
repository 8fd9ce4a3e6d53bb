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
import type { FastifyInstance } from "fastify";
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

export type Endings = Readonly<Record<string, Ending>>;

export interface ScriptedOptions {
  /** What Enqueue does, by the name of the request's first job. Otherwise it answers with the ids of the jobs. */
  readonly endings?: Endings | ((log: MemoryLog) => Endings);
  /** More around each call, outside of what the server has. */
  readonly interceptors?: readonly Interceptor[];
  readonly limits?: Partial<PortLimits>;
  readonly rpc?: (log: MemoryLog) => Partial<ConnectPluginOptions>;
  readonly prepare?: (app: FastifyInstance, log: MemoryLog) => void;
}

export function openScriptedPair(options: ScriptedOptions = {}): Promise<Pair> {
  return openPair(opensScripted(options));
}

/** For a pair whose sides are not the same. */
export function opensScripted(options: ScriptedOptions): OpenServer {
  const { endings = {}, interceptors = [], limits = {}, rpc, prepare } = options;
  return async ({ stockRpc }) => {
    const log = new MemoryLog();
    const scripted = typeof endings === "function" ? endings(log) : endings;
    const own = [logCalls(log, () => 0, new CallCounts()), enforceDeadline, answerFaults];
    const server = await openRpcPort({
      log,
      // On a machine that is busy, what is left of a request may take its time: that is not what is compared.
      limits: { closeTimeoutMs: 300, goodbyeTimeoutMs: 5_000, ...limits },
      prepare: (app) => prepare?.(app, log),
      rpc: {
        routes: (router) => scriptedRoutes(router, scripted),
        interceptors: [...interceptors, ...own],
        shutdownTimeoutMs: 0,
        stockRpc,
        ...rpc?.(log),
      },
    });
    return {
      port: server.port,
      takeLog: () => log.records.splice(0).map(asRecord),
      logged: (text) => log.next(text),
      stop: server.close,
    };
  };
}

function scriptedRoutes(router: ConnectRouter, endings: Endings): void {
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
