// What stands at the caret of a filter that is being written, what may stand there, and what becomes of the text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFilter } from "../../src/client/filter.ts";
import { standingsIn, toggleStanding, withoutTerm } from "../../web/filter/edits.ts";
import { accepted, type Sources, suggestionsFor } from "../../web/filter/suggestions.ts";
import { spotAt, termsIn } from "../../web/filter/terms.ts";

const SOURCES: Sources = {
  names: ["mail.send", "mail.bounce"],
  errors: [
    { class: "TimeoutError", line: "no answer within <n> ms", group: "9f2c00112233aabb" },
    { class: "exit 1", line: "killed", group: "0000000000000001" },
  ],
  labels: new Map([
    ["tenant", ["42", "a b"]],
    ["a key", ["x"]],
  ]),
  workers: ["host-1"],
};

/** The caret is at the bar. */
function labelsAt(written: string): readonly string[] {
  const caret = written.indexOf("|");
  const spot = spotAt(written.replace("|", ""), caret);
  return suggestionsFor(spot, SOURCES).map(({ label }) => label);
}

function takeFirst(written: string): string {
  const text = written.replace("|", "");
  const spot = spotAt(text, written.indexOf("|"));
  const [first] = suggestionsFor(spot, SOURCES);
  assert.ok(first, `nothing is suggested for ${written}`);
  const next = accepted(text, spot, first);
  return `${next.text.slice(0, next.caret)}|${next.text.slice(next.caret)}`;
}

test("at the caret are suggested: words, states, names, error classes, groups, label keys and values", () => {
  assert.deepEqual(labelsAt("st|"), ["state:"]);
  assert.deepEqual(labelsAt("state:de|"), ["dead", "succeeded"]);
  assert.deepEqual(labelsAt("state:dead,r|"), ["ready", "reserved"]);
  assert.deepEqual(labelsAt("state:dead name:bo|"), ["mail.bounce"]);
  assert.deepEqual(labelsAt("error:|"), ["TimeoutError", '="exit 1"']);
  assert.deepEqual(labelsAt("group:9|"), ["9f2c00112233aabb"]);
  assert.deepEqual(labelsAt("label.te|"), ["tenant"]);
  assert.deepEqual(labelsAt("label.tenant:4|"), ["42"]);
  assert.deepEqual(labelsAt("-(name:mail.s|"), ["mail.send"]);
  assert.deepEqual(labelsAt('payload:"name:|'), []);
  assert.deepEqual(labelsAt("nothing.like:this|"), []);
});

test("in the middle of a text only what stands there is replaced", () => {
  assert.equal(takeFirst("st| name:a"), "state:| name:a");
  assert.equal(takeFirst("sta|te:dead"), "state|:dead");
  assert.equal(takeFirst("state:de|xx name:a"), "state:dead |name:a");
  assert.equal(takeFirst("label.te|"), "label.tenant:|");
  assert.equal(takeFirst("-err|"), "-error:|");
});

test("whatever is taken is read again as what it says", () => {
  for (const written of [
    "error:exit|",
    "label.a|",
    "label.tenant:a|",
    "worker:h|",
    "name:mail|",
    "since:1|",
  ]) {
    const text = takeFirst(written).replace("|", "");
    const whole = text.endsWith(":") ? `${text}x` : text;
    assert.doesNotThrow(() => parseFilter(whole, { now: 0 }), whole);
  }
  assert.deepEqual(parseFilter(takeFirst("error:exit|").replace("|", ""), { now: 0 }).errorClasses, [
    "exit 1",
  ]);
});

test("terms end at spaces that are neither quoted nor in brackets", () => {
  const text = '  state:dead -(name:a error:"b c") payload:"\\" x" ';
  const terms = termsIn(text).map(({ at, end }) => text.slice(at, end));
  assert.deepEqual(terms, ["state:dead", '-(name:a error:"b c")', 'payload:"\\" x"']);
});

test("a term that is taken out leaves the others as they were", () => {
  const text = 'state:dead  error:"b c" name:a';
  const [first, second, third] = termsIn(text);
  assert.ok(first && second && third);
  assert.equal(withoutTerm(text, first), 'error:"b c" name:a');
  assert.equal(withoutTerm(text, second), "state:dead name:a");
  assert.equal(withoutTerm(text, third), 'state:dead  error:"b c"');
});

test("a state is switched on and off, and retrying is never joined to a state", () => {
  assert.equal(toggleStanding("name:a", "dead"), "state:dead name:a");
  assert.equal(toggleStanding("name:a state:dead", "ready"), "state:dead,ready name:a");
  assert.equal(toggleStanding("state:dead,ready", "dead"), "state:ready");
  assert.equal(toggleStanding("state:ready name:a", "ready"), "name:a");
  assert.equal(toggleStanding("state:ready", "retrying"), "is:retrying");
  assert.equal(toggleStanding("is:retrying", "dead"), "state:dead");
  assert.equal(
    toggleStanding('-state:dead error:"state:ready"', "dead"),
    'state:dead -state:dead error:"state:ready"',
  );
  assert.deepEqual(
    [...standingsIn("state:dead,ready is:retrying -state:cancelled")],
    ["dead", "ready", "retrying"],
  );
});
