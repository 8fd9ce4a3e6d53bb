// Changes of many jobs: by ids at once, each answered by itself; by a filter as an operation; or only tried.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import { JobState } from "../gen/lakh/v1/job_pb.ts";
import {
  type BulkResult,
  BulkResultSchema,
  JobOutcome,
  type JobResultSchema,
  type JobSelection,
} from "../gen/lakh/v1/operation_pb.ts";
import type { BulkMove } from "../job/bulk.ts";
import type { JobState as State } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { isRefused } from "../job/move.ts";
import { REFUSAL_TEXTS, type Refusal } from "../job/refusal.ts";
import type { Outcome } from "../store/store.ts";
import { expectTaking } from "./errors.ts";
import { STATES } from "./job-view.ts";
import { viewOperation, viewPreview } from "./operation-view.ts";
import { readSelection, type Selected } from "./selection.ts";

export interface BulkRequest {
  readonly selection?: JobSelection | undefined;
  readonly dryRun: boolean;
}

export async function changeJobs(broker: Broker, request: BulkRequest, move: BulkMove): Promise<BulkResult> {
  const { dryRun } = request;
  const selected = readSelection("selection", request.selection, broker.clock.now());
  if (!dryRun) expectTaking(broker);

  if (selected.by === "filter")
    return dryRun ? preview(broker, selected, move) : begin(broker, selected, move);
  const { operator } = broker;
  const outcomes = await (dryRun ? operator.try(selected.ids, move) : operator.change(selected.ids, move));
  return create(BulkResultSchema, { jobs: outcomes.map(viewOutcome) });
}

type ByFilter = Extract<Selected, { by: "filter" }>;

async function preview(broker: Broker, { filter, asOf }: ByFilter, move: BulkMove): Promise<BulkResult> {
  const seen = await broker.operator.preview({ filter, asOf, move });
  return create(BulkResultSchema, { preview: viewPreview(seen, broker.settings.retention) });
}

async function begin(broker: Broker, { filter, asOf }: ByFilter, move: BulkMove): Promise<BulkResult> {
  const operation = await broker.operator.begin({ filter, asOf, move });
  if (!operation) {
    const most = `${LIMITS.operationsRunningMax} operations are running, and no more can at once`;
    throw new ConnectError(`${most}: wait until one is over, or stop one`, Code.ResourceExhausted);
  }

  return create(BulkResultSchema, { operation: viewOperation(operation) });
}

/** What is said of a refused job, given the word for its state. A refusal without a text does not compile. */
const TEXTS: Readonly<Record<Refusal, (is: State["is"]) => string>> = {
  not_found: () => REFUSAL_TEXTS.not_found,
  not_dead_or_cancelled: (is) => `Only a dead or cancelled job can be retried; this one is ${is}.`,
  not_scheduled: (is) => `Only a scheduled job can be run now; this one is ${is}.`,
  already_finished: (is) => `Only an unfinished job can be cancelled; this one is ${is}.`,
  reserved: () => "A reserved job cannot be deleted: cancel it first.",
  unique_key_taken: (is) =>
    `This job is ${is}, and another unfinished job of its name has the same unique key.`,
  stale_attempt: withState("stale_attempt"),
  never_delivered: withState("never_delivered"),
  not_holder: withState("not_holder"),
  fire_and_forget: withState("fire_and_forget"),
  not_ready: withState("not_ready"),
  not_due: withState("not_due"),
};

function withState(refusal: Refusal): (is: State["is"]) => string {
  return (is) => `${REFUSAL_TEXTS[refusal]} It is ${is}.`;
}

function viewOutcome({ id, was, decision }: Outcome): MessageInitShape<typeof JobResultSchema> {
  if (!was) return { id, outcome: JobOutcome.NOT_FOUND, reason: REFUSAL_TEXTS.not_found };
  if (isRefused(decision)) {
    const { is } = was.state;
    return { id, outcome: JobOutcome.REFUSED, state: STATES[is], reason: TEXTS[decision.refused](is) };
  }

  const state = decision.forget ? JobState.UNSPECIFIED : STATES[decision.job.state.is];
  return { id, outcome: JobOutcome.CHANGED, state };
}
