// The answer to the question asked most: why is this job not running?
import { SituationSchema, type Explanation as WireExplanation } from "../gen/lakh/v1/job_pb.ts";
import { instantOf, word } from "./wire-values.ts";

/** Why a job is not running, or what it does instead. proto/lakh/v1/job.proto says what each situation means. */
export interface Explanation {
  /** `not_due`, `paused`, `no_worker`, `workers_full`, `in_line`, `running`, `worker_away`, `finished`, `stopping`. */
  readonly situation: string;
  /** In English. */
  readonly sentence: string;
  /** The instant in the sentence, if there is one. */
  readonly at: number | undefined;
  /** Connected workers that offer the name, how many jobs they can hold, and hold. */
  readonly workers: number;
  readonly capacity: number;
  readonly held: number;
  /** How many ready jobs of the name go before it, counted up to 1000. */
  readonly ahead: number;
}

/** Reads the wire form. */
export function toExplanation(wire: WireExplanation): Explanation {
  const { sentence, workers, capacity, held, ahead } = wire;
  const situation = word(SituationSchema, wire.situation);
  return { situation, sentence, at: instantOf(wire.at), workers, capacity, held, ahead };
}
