// What operators may get wrong on the command line: each exits with 2, says why in one line, and what to do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runCli } from "./run-cli.ts";

const misuses: readonly [argv: string[], message: RegExp][] = [
  [["jobs"], /the verb is missing\. Write lakh jobs list\|get/],
  [["jobs", "lst"], /lakh jobs lst failed: there is no such command\. Did you mean list\?/],
  [
    ["jobs", "list", "--filter", "naem:x"],
    /--filter, character 1: "naem" is no word of a filter\. Did you mean name\?/,
  ],
  [["jobs", "list", "--limit", "0"], /out of bounds/],
  [["jobs", "list", "--order", "up"], /Write one of newest, oldest/],
  [["jobs", "list", "x"], /"x" is one word too many/],
  [["jobs", "get"], /the job's id is missing/],
  [["jobs", "retry"], /it is not said which jobs/],
  [["jobs", "retry", "a", "--filter", "name:a"], /named in two ways/],
  [["jobs", "cancel", "a", "--rate", "1/s"], /there is no flag --rate/],
  [["jobs", "retry", "a", "--rate", "fast"], /"fast" is no rate\. Write 50\/s/],
  [["jobs", "retry", "a", "--rate", "1/s", "--spread", "1m"], /both given/],
  [["jobs", "retry", "a", "--spread", "8d"], /Write a span from 0 to 7d/],
  [["dead", "retry", "xyz"], /"xyz" is no group/],
  [["dead", "retry", "--filter", "state:ready", "--all-matching"], /dead jobs alone/],
  [["dead", "export", "-o", "table"], /do not fit into a table/],
  [["queues", "pause"], /no name is given/],
  [["workers", "drain"], /it is not said which workers/],
  [["workers", "drain", "a", "--everyone"], /named in two ways/],
  [["watch", "--topics", "job"], /Write one of overview/],
  [["watch", "-o", "json"], /frames have no end/],
  [["top", "--interval", "1ms"], /Write a span from 1s to 1m/],
  [["enqueue", "a", "--replace"], /--replace has no key/],
];
for (const [argv, message] of misuses) {
  test(`lakh ${argv.join(" ")} exits with 2 and says what to do`, async () => {
    const { code, out, err } = await runCli(argv);

    assert.deepEqual([code, out], [2, ""], err);
    assert.match(err, message);
    assert.equal(err.trim().split("\n").length, 1);
  });
}
