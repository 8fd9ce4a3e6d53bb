// How much a change of many jobs asks for before it is made, and over which time retries are spread.
import assert from "node:assert/strict";
import { test } from "node:test";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { deedOf, kindsFor } from "../../web/bulk/bulk-words.ts";
import { confirmationFor, isConfirmed } from "../../web/bulk/proportion.ts";
import { retentionInWords } from "../../web/bulk/retention.ts";
import { readSpread, SPREAD_MS_MAX } from "../../web/bulk/spread.ts";

const typed = (word: string) => ({ is: "typed", word });

test("over 100 cancels or deletes are typed, and so is a count that is not whole", () => {
  for (const kind of ["cancel", "delete"] as const) {
    const known = { kind, isComplete: true };
    assert.deepEqual(confirmationFor({ ...known, count: 1n }), { is: "one" });
    assert.deepEqual(confirmationFor({ ...known, count: 100n }), { is: "count" });
    assert.deepEqual(confirmationFor({ ...known, count: 101n }), typed("101"));
    assert.deepEqual(confirmationFor({ kind, count: 7n, isComplete: false }), typed("7"));
    assert.deepEqual(confirmationFor({ ...known, count: 7n, confirmWord: "mail" }), typed("mail"));
  }
});

test("what loses nothing is never typed", () => {
  for (const kind of ["retry", "run_now"] as const) {
    assert.deepEqual(confirmationFor({ kind, count: 48_211n, isComplete: true }), { is: "count" });
    assert.deepEqual(confirmationFor({ kind, count: 3n, isComplete: false, confirmWord: "mail" }), {
      is: "count",
    });
  }
});

test("a number is typed with or without gaps, a word exactly", () => {
  const number = confirmationFor({ kind: "delete", count: 48_211n, isComplete: true });
  for (const said of ["48211", " 48 211", "48\u2009211", "48,211"])
    assert.equal(isConfirmed(number, said), true, said);
  for (const said of ["", "4821", "482110", "48211x"]) assert.equal(isConfirmed(number, said), false, said);
  const word = confirmationFor({ kind: "cancel", count: 500n, isComplete: true, confirmWord: "mail.send" });
  assert.equal(isConfirmed(word, "mail.send"), true);
  for (const said of ["", "500", "mail.sen", "Mail.send"]) assert.equal(isConfirmed(word, said), false, said);
});

test("a rate becomes the spread that follows from the count", () => {
  assert.deepEqual(readSpread({ is: "at_once", typed: "" }, 10n), { ms: 0 });
  assert.deepEqual(readSpread({ is: "over", typed: "10" }, 10n), { ms: 600_000 });
  assert.deepEqual(readSpread({ is: "rate", typed: "50" }, 12_000n), { ms: 240_000 });
  assert.deepEqual(readSpread({ is: "rate", typed: "0,5" }, 1n), { ms: 2_000 });
});

test("no spread is longer than the server allows, and nonsense is none", () => {
  assert.deepEqual(readSpread({ is: "over", typed: "10080" }, 1n), { ms: SPREAD_MS_MAX });
  for (const choice of [
    { is: "over", typed: "10081" },
    { is: "rate", typed: "0.0001" },
    { is: "rate", typed: "" },
    { is: "rate", typed: "-1" },
    { is: "over", typed: "soon" },
    { is: "rate", typed: "0" },
  ] as const)
    assert.ok("wrong" in readSpread(choice, 1_000n), JSON.stringify(choice));
});

test("only what the rules allow is offered for the states at hand", () => {
  assert.deepEqual(kindsFor([JobState.DEAD]), ["retry", "delete"]);
  assert.deepEqual(kindsFor([JobState.SCHEDULED]), ["run_now", "cancel", "delete"]);
  assert.deepEqual(kindsFor([JobState.RESERVED]), ["cancel"]);
  assert.deepEqual(kindsFor([JobState.SUCCEEDED]), ["delete"]);
  assert.deepEqual(kindsFor([]), ["retry", "run_now", "cancel", "delete"]);
});

test("the button says what it does, and the way back says how long it is open", () => {
  assert.equal(deedOf("retry", 48_211n), "Retry 48\u2009211 jobs");
  assert.equal(deedOf("run_now", 1n), "Run 1 job now");
  assert.match(retentionInWords("24h"), /for 24 h\.$/);
  assert.match(retentionInWords("90d"), /for 90 d\.$/);
  assert.match(retentionInWords("0s"), /cannot be taken back/);
  assert.doesNotMatch(retentionInWords(undefined), /\d/);
});
