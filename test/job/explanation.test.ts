// Why a job is not running: every situation, in the words that people read.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { explain, type Situation, type Surroundings, spanText } from "../../src/job/explanation.ts";
import type { DeathReason, Job, JobId } from "../../src/job/job.ts";
import { NOW, SAMPLES, SECOND } from "./samples.ts";

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const NOBODY: Surroundings = {
  ...{ now: NOW, isStopping: false, ahead: 0 },
  ...{ workers: 0, capacity: 0, held: 0, hasRoom: false },
};
const ROOM: Surroundings = { ...NOBODY, workers: 3, capacity: 30, held: 12, hasRoom: true };
const FULL: Surroundings = { ...ROOM, held: 30, hasRoom: false };
const PAUSED: Surroundings = { ...ROOM, pausedSince: NOW - 200 * SECOND };
const STOPPING: Surroundings = { ...ROOM, isStopping: true };

const { delayed, backedOff, fresh, reserved, gone, inTransit, succeeded, cancelled } = SAMPLES;
const DUE = NOW + 30 * SECOND;
const ENDED = NOW - SECOND;

type Row = readonly [sentence: string, Job, Surroundings, at?: number];

const ROWS: Readonly<Record<Situation, readonly Row[]>> = {
  not_due: [
    ["It is due in 30 s.", delayed, PAUSED, DUE],
    ["It is due in 1 s.", delayed, { ...ROOM, now: DUE - 500 }, DUE],
    ["It is due now.", delayed, { ...ROOM, now: DUE - 499 }, DUE],
    ["It is due now.", delayed, { ...ROOM, now: DUE + HOUR }, DUE],
    [
      "Its start_by, in 20 s, comes before its due time, so no worker will be given it.",
      ...([{ ...delayed, startBy: NOW + 20 * SECOND }, ROOM, DUE] as const),
    ],
    ["It is due in 30 s.", { ...delayed, startBy: DUE + 1 }, ROOM, DUE],
    [
      "It has failed once (Oops: it broke) and waits for its next attempt: it is due in 30 s.",
      ...([backedOff, ROOM, DUE] as const),
    ],
    [
      "It has failed 1,000 times (reservation expired) and waits for its next attempt: it is due now.",
      { ...backedOff, failures: 1_000, lastError: { class: "", line: "reservation expired", group: "" } },
      ...([{ ...ROOM, now: DUE }, DUE] as const),
    ],
    [
      "It has lost its worker once and waits for its next attempt: it is due in 30 s.",
      ...([{ ...delayed, attempt: 1, losses: 1 }, ROOM, DUE] as const),
    ],
    [
      "It has lost its worker 4 times and waits for its next attempt: it is due in 30 s.",
      ...([{ ...delayed, attempt: 4, losses: 4 }, ROOM, DUE] as const),
    ],
  ],
  paused: [
    ["Its queue, samples, has been paused for 3 min 20 s.", fresh, PAUSED, NOW - 200 * SECOND],
    [
      "Its queue, samples, has been paused for 3 min 20 s.",
      fresh,
      { ...STOPPING, ...PAUSED },
      NOW - 200 * SECOND,
    ],
  ],
  stopping: [["The server is stopping and hands out no jobs.", fresh, STOPPING]],
  no_worker: [["No connected worker offers samples.", fresh, NOBODY]],
  workers_full: [
    [
      "None of the 3 workers that offer samples has room (together they hold 30 of 30 jobs); it is the next of its name.",
      ...([fresh, FULL] as const),
    ],
    [
      "The one worker that offers samples has no room (it holds 1 of 1 job); 1 job of its name goes before it.",
      ...([fresh, { ...FULL, workers: 1, capacity: 1, held: 1, ahead: 1 }] as const),
    ],
    [
      "The one worker that offers samples has no room (it holds 0 of 0 jobs); 999 jobs of its name go before it.",
      ...([fresh, { ...FULL, workers: 1, capacity: 0, held: 0, ahead: 999 }] as const),
    ],
    [
      "None of the 1,200 workers that offer samples has room (together they hold 9,999 of 12,000 jobs); 1,000 or more jobs of its name go before it.",
      ...([fresh, { ...FULL, workers: 1_200, capacity: 12_000, held: 9_999, ahead: 1_000 }] as const),
    ],
  ],
  in_line: [
    ["It is in line: it is the next of its name.", fresh, ROOM],
    ["It is in line: 1 job of its name goes before it.", fresh, { ...ROOM, ahead: 1 }],
    ["It is in line: 2 jobs of its name go before it.", SAMPLES.released, { ...ROOM, ahead: 2 }],
    ["It is in line: 1,000 or more jobs of its name go before it.", fresh, { ...ROOM, ahead: 1_000 }],
  ],
  running: [
    [
      "It is running: worker holder has held it for 1 s (attempt 2), and its reservation ends in 1 min.",
      ...([reserved, STOPPING, NOW + MINUTE] as const),
    ],
    [
      "It is running: worker holder has held it for 1 s (attempt 2, 43 % done), and its reservation ends in 1 min.",
      ...([{ ...reserved, progress: { fraction: 0.425, text: "" } }, PAUSED, NOW + MINUTE] as const),
    ],
    ["It is on its way to worker holder.", inTransit, ROOM, NOW + MINUTE],
  ],
  worker_away: [
    [
      "Worker holder, which holds it (attempt 2), has lost its connection and has 10 s to come back.",
      ...([gone, NOBODY, NOW + 10 * SECOND] as const),
    ],
    [
      "Worker holder, which holds it (attempt 2), has lost its connection and has 5 s to come back.",
      { ...gone, state: { ...gone.state, until: NOW + 5 * SECOND } as Job["state"] },
      ...([NOBODY, NOW + 5 * SECOND] as const),
    ],
  ],
  finished: [
    ["It has succeeded after 2 attempts.", succeeded, NOBODY, ENDED],
    ["It has succeeded after 1 attempt.", { ...succeeded, attempt: 1 }, NOBODY, ENDED],
    ["It has succeeded by being delivered.", { ...succeeded, reservationMs: 0 }, NOBODY, ENDED],
    ["It is cancelled.", cancelled, ROOM, ENDED],
    [
      "It is cancelled: job next, of the same unique key, took its place.",
      { ...cancelled, state: { is: "cancelled", finishedAt: ENDED, replacedBy: "next" as JobId } },
      ...([ROOM, ENDED] as const),
    ],
    [
      "It is dead after 2 attempts: its retries are used up (Oops: it broke).",
      ...([dead("retries_used_up"), PAUSED, ENDED] as const),
    ],
    [
      "It is dead after 2 attempts: its worker called the failure final (Oops: it broke).",
      ...([dead("final_failure"), ROOM, ENDED] as const),
    ],
    [
      "It is dead after 5 attempts: 5 workers vanished while they held it.",
      ...([{ ...dead("workers_lost"), attempt: 5 }, ROOM, ENDED] as const),
    ],
    [
      "It is dead: no worker started it in time.",
      ...([{ ...dead("not_started_in_time"), attempt: 0 }, ROOM, ENDED] as const),
    ],
    [
      "It is dead after 1 attempt: its stored payload is damaged.",
      ...([{ ...dead("damaged"), attempt: 1 }, ROOM, ENDED] as const),
    ],
  ],
};

function dead(reason: DeathReason): Job {
  return { ...SAMPLES.dead, state: { is: "dead", finishedAt: ENDED, reason } };
}

for (const [situation, rows] of Object.entries(ROWS)) {
  describe(`${situation}:`, () => {
    for (const [sentence, job, around, at] of rows) {
      test(sentence, () => {
        assert.deepEqual(explain(job, around), { situation, sentence, ...(at !== undefined && { at }) });
      });
    }
  });
}

describe("a span is told in two units at most:", () => {
  const SPANS: readonly (readonly [ms: number, text: string])[] = [
    [-HOUR, "0 s"],
    [0, "0 s"],
    [499, "0 s"],
    [500, "1 s"],
    [1_499, "1 s"],
    [59_499, "59 s"],
    [59_500, "1 min"],
    [MINUTE, "1 min"],
    [200 * SECOND, "3 min 20 s"],
    [HOUR - 500, "1 h"],
    [HOUR + 59 * SECOND, "1 h"],
    [HOUR + 59 * MINUTE + 59 * SECOND, "1 h 59 min"],
    [24 * HOUR, "1 day"],
    [25 * HOUR, "1 day 1 h"],
    [24 * HOUR + 59 * MINUTE, "1 day"],
    [71 * HOUR, "2 days 23 h"],
    [36_500 * 24 * HOUR, "36500 days"],
  ];
  for (const [ms, text] of SPANS) test(`${ms} ms: ${text}`, () => assert.equal(spanText(ms), text));
});
