// How things went over time, and what comes due: the questions read, the answers as the contract shows them.
import { create } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { Broker } from "../broker/broker.ts";
import {
  type GetHistoryRequest,
  type GetHistoryResponse,
  GetHistoryResponseSchema,
  type GetScheduleRequest,
  type GetScheduleResponse,
  GetScheduleResponseSchema,
} from "../gen/lakh/v1/admin_pb.ts";
import { HistorySchema, ScheduleSchema, ServerStartSchema } from "../gen/lakh/v1/system_pb.ts";
import { checkName } from "../job/admission.ts";
import type { JobName } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { expectNone, invalid } from "./errors.ts";
import { instantMs, spanMs, toDuration, toTimestamp } from "./times.ts";

export async function getHistory(broker: Broker, request: GetHistoryRequest): Promise<GetHistoryResponse> {
  const { after } = request;
  const { startAt, stepMs, series, starts } = await broker.history.read({
    ...readName(request.name),
    windowMs: readWindow(request.window, {
      least: LIMITS.historyWindowMsMin,
      most: LIMITS.historyWindowMsMax,
      otherwise: LIMITS.historyWindowMsDefault,
      bound: "must be 1 s to 30 days",
    }),
    ...(after && { after: instantMs("after", after) }),
  });
  return create(GetHistoryResponseSchema, {
    history: create(HistorySchema, {
      start: toTimestamp(startAt),
      step: toDuration(stepMs),
      ...series,
      starts: starts.map(({ at, version }) => create(ServerStartSchema, { at: toTimestamp(at), version })),
    }),
  });
}

export async function getSchedule(broker: Broker, request: GetScheduleRequest): Promise<GetScheduleResponse> {
  const { steps } = request;
  if (steps > LIMITS.scheduleStepsMax)
    throw invalid("steps", `must be 1 to ${LIMITS.scheduleStepsMax}, is ${steps}`);
  const { startAt, stepMs, scheduled, retrying, isComplete } = await broker.history.schedule({
    ...readName(request.name),
    windowMs: readWindow(request.window, {
      least: LIMITS.scheduleWindowMsMin,
      most: LIMITS.scheduleWindowMsMax,
      otherwise: LIMITS.scheduleWindowMsDefault,
      bound: "must be 1 min to 366 days",
    }),
    steps: steps || LIMITS.scheduleStepsDefault,
  });

  return create(GetScheduleResponseSchema, {
    schedule: create(ScheduleSchema, {
      start: toTimestamp(startAt),
      step: toDuration(stepMs),
      scheduled: scheduled.map(BigInt),
      retrying: retrying.map(BigInt),
      complete: isComplete,
    }),
  });
}

function readName(name: string): { readonly name?: JobName } {
  if (name === "") return {};
  expectNone(checkName("name", name));

  return { name: name as JobName };
}

function readWindow(
  window: Duration | undefined,
  { least, most, otherwise, bound }: { least: number; most: number; otherwise: number; bound: string },
): number {
  if (!window) return otherwise;
  const windowMs = spanMs("window", window);
  if (windowMs < least || windowMs > most) throw invalid("window", bound);

  return windowMs;
}
