// What a change of many jobs came to, as TypeScript wants it. The comments of proto/lakh/v1/operation.proto say what each
// field means.
import type { JobFilter } from "../gen/lakh/v1/filter_pb.ts";
import {
  JobOutcomeSchema,
  OperationKindSchema,
  OperationStateSchema,
  type BulkResult as WireBulkResult,
  type JobResult as WireJobResult,
  type Operation as WireOperation,
  type Preview as WirePreview,
} from "../gen/lakh/v1/operation_pb.ts";
import { printFilter } from "./filter.ts";
import { type Job, type JobStateWord, stateWord, toJob } from "./job.ts";
import { instantOf, spanOf, word } from "./wire-values.ts";

/** What a change came to. */
export interface BulkResult {
  /** With ids: one for each, in their order. In a dry run: what would become of it. */
  readonly jobs: readonly JobResult[];
  /** With a filter, in a dry run. */
  readonly preview: Preview | undefined;
  /** With a filter otherwise: what has begun. */
  readonly operation: Operation | undefined;
}

/** What became of one job. */
export interface JobResult {
  readonly id: string;
  readonly outcome: "changed" | "refused" | "not_found";
  /** Where it stands now. */
  readonly state: JobStateWord;
  /** Why it was refused, in one sentence. */
  readonly reason: string | undefined;
}

/** What an operation would touch. */
export interface Preview {
  /** How many jobs match, as far as was searched. */
  readonly matching: number;
  /** Whether that is all of them. */
  readonly isComplete: boolean;
  readonly searched: number;
  readonly candidates: number;
  /** Some of them, without payloads. */
  readonly samples: readonly Job[];
  /** How they divide, the largest first. */
  readonly counts: readonly { readonly name: string; readonly state: JobStateWord; readonly jobs: number }[];
  /** Give it back as `asOf` to change what was seen here and nothing that comes later. */
  readonly asOf: number | undefined;
}

/** A change of many jobs, under way or over. */
export interface Operation {
  readonly id: string;
  /** `retry`, `run_now`, `cancel`, `delete`. */
  readonly kind: string;
  readonly filter: JobFilter | undefined;
  /** The filter in the language of docs/cli.md. */
  readonly filterText: string;
  readonly asOf: number | undefined;
  readonly spreadMs: number | undefined;
  readonly state: "running" | "done" | "stopped";
  readonly searched: number;
  readonly candidates: number;
  readonly changed: number;
  readonly skipped: number;
  readonly createdAt: number | undefined;
  readonly finishedAt: number | undefined;
}

export function toBulkResult(wire: WireBulkResult | undefined): BulkResult {
  return {
    jobs: wire?.jobs.map(toJobResult) ?? [],
    preview: wire?.preview && toPreview(wire.preview),
    operation: wire?.operation && toOperation(wire.operation),
  };
}

export function toJobResult({ id, outcome, state, reason }: WireJobResult): JobResult {
  return {
    id,
    outcome: word(JobOutcomeSchema, outcome) as JobResult["outcome"],
    state: stateWord(state),
    reason: reason || undefined,
  };
}

export function toPreview(wire: WirePreview): Preview {
  return {
    matching: Number(wire.matching),
    isComplete: wire.complete,
    searched: Number(wire.searched),
    candidates: Number(wire.candidates),
    samples: wire.samples.map(toJob),
    counts: wire.counts.map(({ name, state, jobs }) => ({
      name,
      state: stateWord(state),
      jobs: Number(jobs),
    })),
    asOf: instantOf(wire.asOf),
  };
}

export function toOperation(wire: WireOperation): Operation {
  return {
    id: wire.id,
    kind: word(OperationKindSchema, wire.kind),
    filter: wire.filter,
    filterText: wire.filter ? printFilter(wire.filter) : "",
    asOf: instantOf(wire.asOf),
    spreadMs: spanOf(wire.spread),
    state: word(OperationStateSchema, wire.state) as Operation["state"],
    searched: Number(wire.searched),
    candidates: Number(wire.candidates),
    changed: Number(wire.changed),
    skipped: Number(wire.skipped),
    createdAt: instantOf(wire.createdAt),
    finishedAt: instantOf(wire.finishedAt),
  };
}
