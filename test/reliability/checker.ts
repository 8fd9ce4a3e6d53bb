// The one checker: reads the ledgers of all clients and the store, and says what was promised and not kept. Its words are
// those of Jepsen's total-queue, read for jobs.
import { isFinished, type Job } from "../../src/job/job.ts";
import type { StoredJob } from "../../src/store/search.ts";
import type { Store } from "../../src/store/store.ts";
import { idOf } from "../store/new-jobs.ts";
import type { Entry, Word } from "./ledger.ts";
import { payloadOf, recipeOf } from "./recipe.ts";

export interface Verdict {
  /** Acknowledged, and absent; or acknowledged as finished, failed or cancelled, and not so. */
  readonly lost: readonly string[];
  /** Two accepted outcomes for one job, two accepted failures for one attempt, two deliveries of a fire-and-forget job. */
  readonly duplicated: readonly string[];
  /** Nobody tried to enqueue it, or its payload is another. */
  readonly unexpected: readonly string[];
  /** Lost, or refused for no reason, though the worker came back and named it. */
  readonly takenAway: readonly string[];
  /** Not finished. */
  readonly unfinished: readonly string[];
  /** The enqueue's outcome was unknown, and it is there. */
  readonly recovered: number;
  /** Handed out again though no failure asked for it. */
  readonly redelivered: number;
  readonly jobs: number;
  readonly acknowledged: number;
}

/** What the ledgers say of one job. */
class Told {
  readonly #counts = new Map<string, number>();

  add({ word, attempt }: Entry): void {
    for (const key of [word, `${word} ${attempt}`]) this.#counts.set(key, this.times(key) + 1);
  }

  times(key: Word | string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** Whether some attempt has this word more than once. */
  repeats(word: Word, attempts: number): boolean {
    return attemptsUpTo(attempts).some((attempt) => this.times(`${word} ${attempt}`) > 1);
  }
}

export function toldBy(entries: readonly Entry[]): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const entry of entries) {
    const of = told.get(entry.id) ?? new Told();
    of.add(entry);
    told.set(entry.id, of);
  }
  return told;
}

/** Which acknowledged jobs are not there. */
export async function absentOf(entries: readonly Entry[], store: Store): Promise<string[]> {
  const absent: string[] = [];
  for (const { word, id } of entries) {
    if (word === "ack" && !(await store.get(idOf(id)))) absent.push(id);
  }
  return absent;
}

export async function check(entries: readonly Entry[], store: Store): Promise<Verdict> {
  const lost: string[] = [];
  const duplicated: string[] = [];
  const unexpected: string[] = [];
  const takenAway: string[] = [];
  const unfinished: string[] = [];
  let [recovered, redelivered, jobs, acknowledged] = [0, 0, 0, 0];
  for (const [id, told] of toldBy(entries)) {
    const stored = await store.get(idOf(id));
    if (told.times("ack") > 0) acknowledged++;
    if (isLost(told, stored)) lost.push(id);
    if (isDuplicated(id, told, stored)) duplicated.push(id);
    if (!stored) continue;

    jobs++;
    if (told.times("ack") === 0 || told.times("recovered") > 0) recovered++;
    if (told.times("try") === 0 || !payloadOf(id).equals(stored.payload.bytes)) unexpected.push(id);
    if (wasTakenAway(told, stored)) takenAway.push(id);
    if (!isFinished(stored.job.state)) unfinished.push(id);
    redelivered += redeliveries(stored);
  }
  const counted = (await store.tallies()).flatMap(({ counts }) => Object.values(counts));
  const rows = counted.reduce((sum, count) => sum + count, 0);
  if (rows !== jobs) unexpected.push(`${rows} rows for ${jobs} jobs`);
  return { lost, duplicated, unexpected, takenAway, unfinished, recovered, redelivered, jobs, acknowledged };
}

function isLost(told: Told, stored: StoredJob | undefined): boolean {
  if (!stored) return told.times("ack") > 0 || told.times("done") > 0 || told.times("cancelled") > 0;

  const { job } = stored;
  const said = { succeeded: told.times("done") > 0, cancelled: told.times("cancelled") > 0 };
  if (said.succeeded && job.state.is !== "succeeded") return true;
  if (said.cancelled && job.state.is !== "cancelled") return true;
  return told.times("failed") > job.failures;
}

function isDuplicated(id: string, told: Told, stored: StoredJob | undefined): boolean {
  const outcomes = told.times("done") + Math.min(1, told.times("cancelled"));
  if (outcomes > 1 || (recipeOf(id).isForgotten && told.times("got") > 1)) return true;
  const attempts = stored?.job.attempt ?? 0;
  return told.repeats("failed", attempts) || told.repeats("got", attempts);
}

/** Whoever comes back within the grace keeps what it has sent no report on, unless that was cancelled meanwhile. */
function wasTakenAway(told: Told, { job, history }: StoredJob): boolean {
  if (told.times("refused") > 0 && job.state.is !== "cancelled") return true;
  return history.some(({ attempt, outcome }) => outcome === "lost" && told.times(`kept ${attempt}`) > 0);
}

/** Earlier deliveries that did not end with a failure. */
function redeliveries({ job, history }: StoredJob): number {
  const failed = new Set(history.filter(({ outcome }) => outcome === "failed").map(({ attempt }) => attempt));
  return attemptsUpTo(job.attempt - 1).filter((attempt) => !failed.has(attempt)).length;
}

function attemptsUpTo(last: number): number[] {
  return Array.from({ length: Math.max(0, last) }, (_, i) => i + 1);
}

/** How the jobs stand that a load has left, by state. */
export async function statesOf(store: Store): Promise<Partial<Record<Job["state"]["is"], number>>> {
  const sums: Partial<Record<Job["state"]["is"], number>> = {};
  for (const { counts } of await store.tallies()) {
    for (const [state, count] of Object.entries(counts) as [Job["state"]["is"], number][])
      sums[state] = (sums[state] ?? 0) + count;
  }
  return sums;
}
