// Why a job is not running, as the contract says it.
import { create } from "@bufbuild/protobuf";
import type { Staff } from "../broker/overview.ts";
import {
  type Explanation as ExplanationMessage,
  ExplanationSchema,
  Situation,
} from "../gen/lakh/v1/job_pb.ts";
import type { Explanation, Situation as SituationWord } from "../job/explanation.ts";
import { toTimestamp } from "./times.ts";

const SITUATIONS: Readonly<Record<SituationWord, Situation>> = {
  not_due: Situation.NOT_DUE,
  paused: Situation.PAUSED,
  no_worker: Situation.NO_WORKER,
  workers_full: Situation.WORKERS_FULL,
  in_line: Situation.IN_LINE,
  running: Situation.RUNNING,
  worker_away: Situation.WORKER_AWAY,
  finished: Situation.FINISHED,
  stopping: Situation.STOPPING,
};

export function viewExplanation(
  explanation: Explanation & Staff & { readonly ahead: number },
): ExplanationMessage {
  const { situation, sentence, at, workers, capacity, held, ahead } = explanation;
  return create(ExplanationSchema, {
    situation: SITUATIONS[situation],
    sentence,
    ...(at !== undefined && { at: toTimestamp(at) }),
    workers,
    capacity,
    held,
    ahead,
  });
}
