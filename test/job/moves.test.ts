// Every move from every standing of a job: the table of docs/lifecycle.md, cell by cell.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JobId } from "../../src/job/job.ts";
import type { Circumstances, Move } from "../../src/job/move.ts";
import { decide } from "../../src/job/moves.ts";
import {
  AT,
  CURRENT,
  DAY,
  HOLDER,
  NOW,
  OTHER,
  RETENTION,
  SAMPLES,
  STANDINGS,
  type Standing,
  wordOf,
} from "./samples.ts";

const held = { by: HOLDER, attempt: CURRENT };
const older = { by: OTHER, attempt: CURRENT - 1 };
const never = { by: HOLDER, attempt: CURRENT + 1 };
const stranger = { by: OTHER, attempt: CURRENT };

const MUCH_LATER: Circumstances = { ...AT, now: NOW + 1_000 * DAY };

/** A row of the table: what was done, and what becomes of the job in each standing, in the order of STANDINGS. */
interface Row {
  readonly done: string;
  readonly move: Move;
  readonly at?: Circumstances;
  readonly becomes: string;
}

// The standings:                 delayed          backedOff      fresh            released
//                                reserved         gone           inTransit        succeeded/dead/cancelled
const ROWS: readonly Row[] = [
  {
    done: "reserve",
    move: { move: "reserve", by: HOLDER, stream: true },
    becomes: `not_ready           not_ready       reserved         reserved
              not_ready           not_ready       not_ready        not_ready not_ready not_ready`,
  },
  {
    done: "deliver",
    move: { move: "deliver", ...held },
    becomes: `not_due             not_due         not_due          not_due
              not_due             not_due         succeeded        ${finished("already_finished")}`,
  },
  {
    done: "undeliver",
    move: { move: "undeliver", ...held },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              ready               ready           ready            ${finished("already_finished")}`,
  },
  {
    done: "success of the current attempt",
    move: { move: "succeed", ...held },
    becomes: `never_delivered     succeeded       never_delivered  succeeded
              succeeded           succeeded       fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "success of an older attempt",
    move: { move: "succeed", ...older },
    becomes: `never_delivered     succeeded       never_delivered  succeeded
              succeeded           succeeded       fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "success that names no attempt",
    move: { move: "succeed" },
    becomes: `never_delivered     succeeded       never_delivered  succeeded
              succeeded           succeeded       fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "success of an attempt that never was",
    move: { move: "succeed", ...never },
    becomes: `never_delivered     never_delivered never_delivered  never_delivered
              never_delivered     never_delivered fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "success of the current attempt, from a worker that does not hold it",
    move: { move: "succeed", ...stranger },
    becomes: `never_delivered     succeeded       never_delivered  succeeded
              not_holder          not_holder      fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "failure of the current attempt",
    move: { move: "fail", ...held },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              scheduled           scheduled       fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "failure that is final",
    move: { move: "fail", ...held, final: true },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              dead                dead            fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "failure of an older attempt",
    move: { move: "fail", ...older },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              stale_attempt       stale_attempt   fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "failure from a worker that does not hold it",
    move: { move: "fail", ...stranger },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              not_holder          not_holder      fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "extend",
    move: { move: "extend", ...held },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              reserved            reserved        fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "extend by an older attempt",
    move: { move: "extend", ...older },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              stale_attempt       stale_attempt   fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "release",
    move: { move: "release", ...held },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              ready               ready           fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "release by a worker that does not hold it",
    move: { move: "release", ...stranger },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              not_holder          not_holder      fire_and_forget  ${finished("already_finished")}`,
  },
  {
    done: "disconnect",
    move: { move: "disconnect", ...held, graceMs: 10_000 },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              reserved            reserved        succeeded        ${finished("already_finished")}`,
  },
  {
    done: "reattach",
    move: { move: "reattach", ...held },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              reserved            reserved        reserved         ${finished("already_finished")}`,
  },
  {
    done: "lose",
    move: { move: "lose", ...held },
    becomes: `never_delivered     stale_attempt   never_delivered  stale_attempt
              scheduled           scheduled       succeeded        ${finished("already_finished")}`,
  },
  {
    done: "wake before the deadline",
    move: { move: "wake" },
    becomes: `not_due             not_due         not_due          not_due
              not_due             not_due         not_due          ${finished("not_due")}`,
  },
  {
    done: "wake after the deadline",
    move: { move: "wake" },
    at: MUCH_LATER,
    becomes: `ready               ready           not_due          not_due
              scheduled           scheduled       succeeded        ${finished("forgotten")}`,
  },
  {
    done: "condemn",
    move: { move: "condemn" },
    becomes: `dead                dead            dead             dead
              dead                dead            dead             ${finished("already_finished")}`,
  },
  {
    done: "cancel",
    move: { move: "cancel" },
    becomes: `cancelled           cancelled       cancelled        cancelled
              cancelled           cancelled       cancelled        ${finished("already_finished")}`,
  },
  {
    done: "cancel where cancelled jobs are not kept",
    move: { move: "cancel" },
    at: { ...AT, retention: { ...RETENTION, cancelled: 0 } },
    becomes: `forgotten           forgotten       forgotten        forgotten
              forgotten           forgotten       forgotten        ${finished("already_finished")}`,
  },
  {
    done: "cancel by a job that takes its place",
    move: { move: "cancel", replacedBy: "next" as JobId },
    becomes: `cancelled           cancelled       cancelled        cancelled
              refused:reserved    refused:reserved refused:reserved ${finished("already_finished")}`,
  },
  {
    done: "retry",
    move: { move: "retry" },
    becomes: `${unfinished("not_dead_or_cancelled")} not_dead_or_cancelled ready ready`,
  },
  {
    done: "retry spread over a time",
    move: { move: "retry", spreadMs: 10_000 },
    becomes: `${unfinished("not_dead_or_cancelled")} not_dead_or_cancelled scheduled scheduled`,
  },
  {
    done: "retry spread over no time",
    move: { move: "retry", spreadMs: 0 },
    becomes: `${unfinished("not_dead_or_cancelled")} not_dead_or_cancelled ready ready`,
  },
  {
    done: "retry while another unfinished job has its unique key",
    move: { move: "retry" },
    at: { ...AT, keyHeldBy: "taker" as JobId },
    becomes: `${unfinished("not_dead_or_cancelled")} not_dead_or_cancelled unique_key_taken unique_key_taken`,
  },
  {
    done: "run_now",
    move: { move: "run_now" },
    becomes: `ready               ready           not_scheduled    not_scheduled
              not_scheduled       not_scheduled   not_scheduled    ${finished("not_scheduled")}`,
  },
  {
    done: "delete",
    move: { move: "delete" },
    becomes: `forgotten           forgotten       forgotten        forgotten
              refused:reserved    refused:reserved refused:reserved ${finished("forgotten")}`,
  },
];

/** The same word for everything that is not. */
function unfinished(word: string): string {
  return Array(7).fill(word).join(" ");
}

/** The same word for succeeded, dead and cancelled. */
function finished(word: string): string {
  return `${word} ${word} ${word}`;
}

function wordsOf(row: Row): [Standing, string][] {
  const words = row.becomes.split(/\s+/);
  assert.equal(words.length, STANDINGS.length, row.done);
  return STANDINGS.map((standing, i) => [standing, words[i] ?? ""]);
}

for (const row of ROWS) {
  describe(row.done, () => {
    for (const [standing, word] of wordsOf(row)) {
      test(`${standing}: ${word}`, () => {
        assert.equal(wordOf(decide(SAMPLES[standing], row.move, row.at ?? AT)), word);
      });
    }
  });
}

test("every move of the vocabulary has a row", () => {
  // Typed so that a new move does not compile without a word here.
  const vocabulary: Record<Move["move"], null> = {
    reserve: null,
    deliver: null,
    undeliver: null,
    succeed: null,
    fail: null,
    extend: null,
    release: null,
    disconnect: null,
    reattach: null,
    lose: null,
    wake: null,
    condemn: null,
    cancel: null,
    retry: null,
    run_now: null,
    delete: null,
  };
  const rows = new Set(ROWS.map((row) => row.move.move));
  assert.deepEqual([...rows].sort(), Object.keys(vocabulary).sort());
});

test("no move changes the job that it is given", () => {
  for (const standing of STANDINGS) {
    const before = structuredClone(SAMPLES[standing]);
    for (const row of ROWS) decide(SAMPLES[standing], row.move, row.at ?? AT);
    assert.deepEqual(SAMPLES[standing], before);
  }
});
