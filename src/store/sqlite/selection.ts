// A selection and a move, carried out: reads the selected rows, asks the rules for each, writes the answers. Runs
// inside a transaction that its caller commits.

import type { Circumstances, Decision, Move } from "../../job/move.ts";
import { isRefused } from "../../job/move.ts";
import { decide } from "../../job/moves.ts";
import type { Changed, MoveById, NextReady, Outcome, Selection } from "../store.ts";
import type { Failpoint } from "./failpoint.ts";
import type { JobTable, Located } from "./job-table.ts";
import type { Tallies } from "./tallies.ts";

export interface Tables {
  readonly jobs: JobTable;
  readonly tallies: Tallies;
  readonly failpoint: Failpoint;
}

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
  }
}

function byId(tables: Tables, { id, move }: MoveById, circumstances: Circumstances): Outcome {
  const at = tables.jobs.find(id);
  if (!at) return { id, was: undefined, decision: { refused: "not_found" } };

  return moveOne(tables, { at, move }, circumstances);
}

function nextReady(
  tables: Tables,
  { rooms, jobsMax, bytesMax, deal }: NextReady,
  at: () => Circumstances,
): Changed {
  const outcomes: Outcome[] = [];
  let [seen, bytes] = [0, 0];
  for (const job of tables.jobs.ready(rooms, jobsMax)) {
    seen++;
    const outcome = reserveOne(tables, { at: job, deal }, at);
    if (!outcome) continue;
    outcomes.push(outcome);
    bytes += job.payloadBytes;
    if (bytes >= bytesMax) return { outcomes, more: true };
  }
  return { outcomes, more: seen >= jobsMax };
}

type Dealing = { readonly at: Located; readonly deal: NextReady["deal"] };

function reserveOne(
  tables: Tables,
  { at, deal }: Dealing,
  circumstances: () => Circumstances,
): Outcome | undefined {
  const payload = tables.jobs.payload(at);
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
    if (isRefused(decision)) tables.jobs.update(at.seq, at.job);
    else if (decision.forget) tables.failpoint("mid_prune");
    return outcome;
  });
  return { outcomes, more: found.length >= jobsMax };
}

type Moving = { readonly at: Located; readonly move: Move };

function moveOne(tables: Tables, { at, move }: Moving, circumstances: Circumstances): Outcome {
  const decision = decide(at.job, move, circumstances);
  write(tables, at, decision);
  return { id: at.job.id, was: at.job, decision };
}

function write({ jobs, tallies }: Tables, at: Located, decision: Decision): void {
  if (isRefused(decision)) {
    if (decision.record) jobs.record(at.seq, decision.record);
    return;
  }

  const { job, forget, record } = decision;
  tallies.moved(job.name, at.job.state.is, forget ? undefined : job.state.is);
  if (forget) {
    jobs.delete(at.seq);
    return;
  }
  jobs.update(at.seq, job);
  if (record) jobs.record(at.seq, record);
}
