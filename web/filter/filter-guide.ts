// What the words of a filter mean, in a few words each, and the values that are worth a suggestion wherever one is.

export const DETAILS: Readonly<Record<string, string>> = {
  state: "scheduled, ready, reserved, succeeded, dead, cancelled",
  is: "retrying: scheduled after a failure",
  name: "exactly, or mail.* for all that begin so",
  error: 'the class of the last error, or "some text" in it',
  group: "jobs that went wrong in the same way",
  label: "label.KEY:VALUE, or label.KEY:*",
  id: "one or more ids",
  worker: "who holds or finished it",
  key: "the unique key",
  since: "enqueued then or later: 1h, 2026-11-01",
  until: "enqueued before",
  due: "scheduled and due: <1h",
  finished: "finished: <1h, >2d",
  priority: ">0, -5..5",
  attempt: ">=3",
  failures: "5..10",
  payload: "contains this text; slow",
};

const SPANS_AGO = [
  ["15m", "in the last quarter of an hour"],
  ["1h", "in the last hour"],
  ["24h", "in the last day"],
  ["7d", "in the last week"],
] as const;

export const FIXED_VALUES: Readonly<Record<string, readonly (readonly [text: string, detail: string])[]>> = {
  state: [
    ["dead", "finished badly"],
    ["ready", "may be reserved now"],
    ["scheduled", "waits for its due time"],
    ["reserved", "a worker holds it"],
    ["succeeded", "finished well"],
    ["cancelled", "finished because somebody said so"],
  ],
  is: [["retrying", "scheduled after a failure"]],
  since: SPANS_AGO,
  until: [
    ["1h", "longer than an hour ago"],
    ["24h", "longer than a day ago"],
    ["7d", "longer than a week ago"],
  ],
  due: [
    ["<1h", "within an hour"],
    ["<24h", "within a day"],
    [">24h", "later than in a day"],
  ],
  finished: [
    ["<1h", "less than an hour ago"],
    ["<24h", "less than a day ago"],
    [">2d", "more than two days ago"],
  ],
  priority: [
    [">0", "before others"],
    ["0", "as usual"],
    ["<0", "after others"],
  ],
  attempt: [
    ["0", "never handed to a worker"],
    [">=2", "more than once"],
  ],
  failures: [
    ["0", "never"],
    [">=1", "at least once"],
    [">=5", "five times and more"],
  ],
};
