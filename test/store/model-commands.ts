// The commands of M1. Each is done to the model and to the store, and their answers are compared.
import assert from "node:assert/strict";
import type { AsyncCommand } from "fast-check";
import type { NewJob } from "../../src/job/admission.ts";
import type { JobName, WorkerId } from "../../src/job/job.ts";
import type { Move } from "../../src/job/move.ts";
import type { Happening, ModelJob } from "./model-job.ts";
import { standingOf } from "./model-job.ts";
import {
  expectAll,
  expectIds,
  expectOutcome,
  expectStored,
  expectSums,
  type Known,
  type World,
} from "./model-world.ts";
import { data, hex, idOf, json, nameOf, newJob, reserveBy } from "./new-jobs.ts";

export type Command = AsyncCommand<Known, World>;

export const NAMES = ["mail", "sms", "fax"];
export const WORKERS = ["w1", "w2"];

/** Says what the command does as fast-check prints it. */
function command(what: string, run: (known: Known, world: World) => Promise<void>): Command {
  return { check: () => true, run, toString: () => what };
}

export interface Wanted {
  /** Absent: without an id. */
  readonly id: number | undefined;
  readonly name: string;
  readonly priority: number;
  readonly delayMs: number;
  readonly reservationMs: number;
  readonly maxRetries: number;
  readonly fixedDelayMs: number | undefined;
  readonly startsWithinMs: number | undefined;
  readonly size: number;
  readonly key: string | undefined;
  readonly replace: boolean;
  readonly keepResultMs: number | undefined;
}

export function enqueue(wanted: readonly Wanted[]): Command {
  return command(`enqueue ${JSON.stringify(wanted)}`, async (known, world) => {
    const jobs = wanted.map((one) => build(one, known));
    const answers = await world.opened.store.enqueue(jobs);
    const changed = new Set(jobs.map(({ job }) => job.id));

    for (const [i, { job, payload, payloadBytes }] of jobs.entries()) {
      const modelled = { ...standingOf(job), payload: hex(payload), payloadBytes, history: [] };
      const how = { replace: wanted[i]?.replace === true, now: known.now };
      const { id, duplicate, replaced } = known.model.enqueue(modelled, how);
      const answer = answers[i];
      assert.deepEqual([answer?.job.id, answer?.duplicate], [id, duplicate], job.id);
      assert.equal(answer?.replaced?.id, replaced?.id);
      if (replaced) {
        expectOutcome(world, answer?.replaced, { word: replaced.word, job: undefined });
        changed.add(idOf(replaced.id));
        world.answers.set("replaced", (world.answers.get("replaced") ?? 0) + 1);
      }
    }
    for (const id of changed) await expectStored(known, world, id);
    await expectSums(known, world);
  });
}

function build(
  {
    id,
    delayMs,
    startsWithinMs,
    fixedDelayMs,
    maxRetries,
    size,
    key,
    replace,
    keepResultMs,
    ...facts
  }: Wanted,
  known: Known,
): NewJob {
  const name = id === undefined ? `unnamed-${known.unnamed++}` : `id-${id}`;
  return newJob(name, {
    ...facts,
    payload: size < 99 ? json(`"${facts.name} ${facts.priority} ${size}"`) : data(size),
    retry: {
      maxRetries,
      backoff: fixedDelayMs === undefined ? { by: "default" } : { by: "fixed", delayMs: fixedDelayMs },
    },
    enqueuedAt: known.now,
    ...(delayMs > 0 && { dueAt: known.now + delayMs }),
    ...(startsWithinMs !== undefined && { startBy: known.now + startsWithinMs }),
    ...(key !== undefined && { uniqueKey: key }),
    ...(replace && { onConflict: "replace" }),
    ...(keepResultMs !== undefined && { keepResultMs }),
  });
}

export interface Offer {
  readonly rooms: readonly number[];
  readonly jobsMax: number;
  readonly bytesMax: number;
  readonly worker: string;
  readonly stream: boolean;
}

export function reserve({ rooms: some, jobsMax, bytesMax, worker, stream }: Offer): Command {
  const named = new Map(NAMES.map((name, i) => [nameOf(name), some[i] ?? 0]));
  return command(
    `reserve ${JSON.stringify({ rooms: some, jobsMax, bytesMax, worker, stream })}`,
    async (known, world) => {
      const chosen = choose(known, new Map(named), { jobsMax, bytesMax });
      const deal = () => reserveBy(worker as WorkerId, stream);
      const rooms = () => ({ each: named, inAll: jobsMax });
      const selection = { select: "next", rooms, bytesMax, deal } as const;
      const changed = await world.opened.store.change(selection, known.now);

      expectIds(
        changed,
        chosen.map(({ id }) => id),
      );
      for (const [i, job] of chosen.entries()) {
        const event = { what: "reserve", by: worker, attempt: 0, stream } as const;
        expectOutcome(world, changed.outcomes[i], {
          word: known.model.happen(job.id, event, known.now),
          job,
        });
        const { payload, payloadBytes } = changed.outcomes[i] ?? {};
        assert.deepEqual([payload && hex(payload), payloadBytes], [job.payload, job.payloadBytes]);
        await expectStored(known, world, idOf(job.id));
      }
      await expectSums(known, world);
    },
  );
}

/** The ready jobs that fit, in order. */
function choose(
  { model }: Known,
  rooms: Map<JobName, number>,
  bounds: { jobsMax: number; bytesMax: number },
): ModelJob[] {
  const chosen: ModelJob[] = [];
  let bytes = 0;
  for (const job of model.ready()) {
    const room = rooms.get(nameOf(job.name)) ?? 0;
    if (room === 0) continue;
    if (chosen.length === bounds.jobsMax || bytes >= bounds.bytesMax) break;
    rooms.set(nameOf(job.name), room - 1);
    chosen.push(job);
    bytes += job.payloadBytes;
  }
  return chosen;
}

export interface Wish {
  readonly what: Happening["what"];
  /** Which of the jobs there are; beyond them is one that there is not. */
  readonly target: number;
  readonly attemptsAgo: number;
  readonly stranger: boolean;
  readonly spanMs: number | undefined;
  readonly final: boolean;
  readonly mark: string | undefined;
}

export function happen(events: readonly Wish[]): Command {
  return command(`happen ${JSON.stringify(events)}`, async (known, world) => {
    const ids = [...known.model.jobs.keys()];
    const planned = events.map((event) => {
      const id = ids[event.target % (ids.length + 1)] ?? "nobody";
      return { id, event: aim(event, known.model.jobs.get(id)) };
    });
    const moves = planned.map(({ id, event }) => ({ id: idOf(id), move: moveOf(event) }));
    const changed = await world.opened.store.change({ select: "ids", moves }, known.now);

    expectIds(
      changed,
      planned.map(({ id }) => id),
    );
    const last = new Map(planned.map(({ id }, i) => [id, i]));
    for (const [i, { id, event }] of planned.entries()) {
      const word = known.model.happen(id, event, known.now);
      const job = last.get(id) === i ? known.model.jobs.get(id) : undefined;
      expectOutcome(world, changed.outcomes[i], { word, job });
    }
    for (const id of last.keys()) await expectStored(known, world, idOf(id));
    await expectSums(known, world);
  });
}

function aim({ attemptsAgo, stranger, ...event }: Wish, job: ModelJob | undefined): Happening {
  const other = WORKERS.find((worker) => worker !== job?.holder) ?? "w9";
  const by = stranger ? other : (job?.holder ?? "w1");
  return { ...event, by, attempt: (job?.attempt ?? 1) - attemptsAgo } as Happening;
}

function moveOf({ what, by: worker, attempt, spanMs, final, mark }: Happening): Move {
  const of = { by: worker as WorkerId, attempt };
  switch (what) {
    case "reserve":
      return { move: what, by: of.by, stream: false, ...(spanMs !== undefined && { reservationMs: spanMs }) };
    case "succeed":
      return { move: what, ...of, ...(mark !== undefined && { result: json(mark) }) };
    case "fail":
      return {
        move: what,
        ...of,
        final: final === true,
        ...(mark !== undefined && { error: { class: "E", message: mark, stack: "" } }),
        ...(spanMs !== undefined && { retryAfterMs: spanMs }),
      };
    case "extend": {
      const progress = mark !== undefined && { progress: { fraction: 0.5, text: mark } };
      return { move: what, ...of, ...(spanMs !== undefined && { reservationMs: spanMs }), ...progress };
    }
    case "disconnect":
      return { move: what, ...of, graceMs: spanMs ?? 0 };
    case "retry":
      return { move: what, ...(spanMs !== undefined && { spreadMs: spanMs }) };
    case "cancel":
    case "run_now":
    case "condemn":
    case "delete":
      return { move: what };
    default:
      return { move: what, ...of };
  }
}

/** Wakes what is due; with `atDeadline` the clock goes to the next deadline first. Which of many is the engine's choice. */
export function wake(jobsMax: number, atDeadline: boolean): Command {
  return command(`wake ${jobsMax}${atDeadline ? " at the next deadline" : ""}`, async (known, world) => {
    const { model } = known;
    if (atDeadline) known.now = Math.max(known.now, model.nextDeadline() ?? 0);
    const isDue = (job: ModelJob | undefined) =>
      job !== undefined && (model.deadline(job) ?? Infinity) <= known.now;
    const due = [...model.jobs.values()].filter(isDue).length;
    const { outcomes } = await world.opened.store.change({ select: "due", jobsMax }, known.now);

    assert.equal(outcomes.length, Math.min(due, jobsMax));
    for (const outcome of outcomes) {
      const job = model.jobs.get(outcome.id);
      assert.ok(job && isDue(job), `${outcome.id} was not due`);
      expectOutcome(world, outcome, { word: model.wake(job, known.now), job });
      await expectStored(known, world, outcome.id);
    }
    await expectSums(known, world);
  });
}

export function streamsBreak(graceMs: number): Command {
  return command(`all streams break, grace ${graceMs} ms`, async (known, world) => {
    const { model } = known;
    const held = [...model.jobs.values()].filter(
      ({ state, stream }) => state === "reserved" && stream === true,
    );
    const move = { move: "disconnect", graceMs } as const;
    const { outcomes } = await world.opened.store.change({ select: "streams", move }, known.now);

    assert.deepEqual(outcomes.map(({ id }) => id as string).sort(), held.map(({ id }) => id).sort());
    for (const outcome of outcomes) {
      const job = model.jobs.get(outcome.id);
      const event = {
        what: "disconnect",
        by: job?.holder ?? "",
        attempt: job?.attempt ?? 0,
        spanMs: graceMs,
      } as const;
      expectOutcome(world, outcome, { word: model.happen(outcome.id, event, known.now), job });
      await expectStored(known, world, outcome.id);
    }
    await expectSums(known, world);
  });
}

export function clock(ms: number): Command {
  return command(`clock ${ms > 0 ? "+" : ""}${ms} ms`, async (known) => {
    known.now += ms;
  });
}

export function again(how: "reopen" | "crash"): Command {
  return command(how, async (known, world) => {
    assert.ok(world.opened.lasting);
    world.opened = await world.opened.lasting[how]();
    await expectAll(known, world);
  });
}
