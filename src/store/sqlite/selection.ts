// A selection and a move, carried out: reads the selected rows, asks the rules for each, writes the answers. Runs
// inside a transaction that its caller commits.

import { type Circumstances, isRefused } from "../../job/move.ts";
import type { Changed, MoveById, NextOfOperation, NextReady, Outcome, Selection } from "../store.ts";
import { moveOne, type Tables } from "./moving.ts";
import { type Located, locatedReady } from "./row.ts";

/** `circumstances` is asked once for each job, so that each draws its own chance. */
export function carryOut(tables: Tables, selection: Selection, circumstances: () => Circumstances): Changed {
  switch (selection.select) {
    case "ids":
      return { outcomes: selection.moves.map((one) => byId(tables, one, circumstances())), more: false };
    case "next":
      return nextReady(tables, selection, circumstances);
    case "due":
      return due(tables, selection.jobsMax, circumstances);
    case "streams": {
      const held = tables.jobs.onStreams();
      return {
        outcomes: held.map((at) => moveOne(tables, { at, move: selection.move }, circumstances())),
        more: false,
      };
    }
    case "operation":
      return nextOfOperation(tables, selection, circumstances);
  }
}

function byId(tables: Tables, { id, move }: MoveById, circumstances: Circumstances): Outcome {
  const at = tables.jobs.find(id);
  if (!at) return { id, was: undefined, decision: { refused: "not_found" } };

  return moveOne(tables, { at, move }, circumstances);
}

function nextReady(tables: Tables, { rooms, bytesMax, deal }: NextReady, at: () => Circumstances): Changed {
  const outcomes: Outcome[] = [];
  let bytes = 0;
  const selection = tables.jobs.ready.select(rooms());
  const { emptied } = selection;
  for (let row = selection.next(); row; row = selection.next()) {
    const job = locatedReady(row);
    const outcome = reserveOne(tables, { at: job, deal }, at);
    if (!outcome) {
      selection.leave(row);
      continue;
    }
    outcomes.push(outcome);
    bytes += job.payloadBytes;
    if (bytes >= bytesMax) return { outcomes, more: true, emptied };
  }
  return { outcomes, more: selection.isAtBound, emptied };
}

type Dealing = { readonly at: Located; readonly deal: NextReady["deal"] };

function reserveOne(
  tables: Tables,
  { at, deal }: Dealing,
  circumstances: () => Circumstances,
): Outcome | undefined {
  const payload = tables.jobs.attachments.payload(at);
  if (!payload) return moveOne(tables, { at, move: { move: "condemn" } }, circumstances());
  const move = deal(at.job, at.payloadBytes);
  if (!move) return undefined;

  return { ...moveOne(tables, { at, move }, circumstances()), payload, payloadBytes: at.payloadBytes };
}

function due(tables: Tables, jobsMax: number, circumstances: () => Circumstances): Changed {
  const found = tables.jobs.due(circumstances().now, jobsMax);
  const outcomes = found.map((at) => {
    const outcome = moveOne(tables, { at, move: { move: "wake" } }, circumstances());
    const { decision } = outcome;
    // Filed under a shorter retention than today's: file it anew, or the keeper would find it due for ever.
    if (isRefused(decision)) tables.jobs.update(at, at.job);
    else if (decision.forget) tables.failpoint("mid_prune");
    return outcome;
  });
  return { outcomes, more: found.length >= jobsMax };
}

/** One batch of a running operation: searches a slice, changes what it found there, and says how far it has come. */
function nextOfOperation(
  tables: Tables,
  { id, jobsMax, searchMax }: NextOfOperation,
  circumstances: () => Circumstances,
): Changed {
  const { operations, searcher } = tables;
  const begun = operations.find(id);
  if (begun?.operation.state !== "running") {
    return { outcomes: [], more: false, operation: begun?.operation };
  }

  const { move, candidates: filter } = begun.operation;
  const slice = { filter, ...(begun.after && { after: begun.after }), jobsMax, searchMax };
  const { found, after, searched } = searcher.find({ ...slice, order: "any" });
  const outcomes = found.map((at) => moveOne(tables, { at, move }, circumstances()));
  const skipped = outcomes.filter(({ decision }) => isRefused(decision)).length;
  const changed = outcomes.length - skipped;
  const operation = operations.went(id, { searched, changed, skipped, after, now: circumstances().now });
  return { outcomes, more: after !== undefined, operation };
}
