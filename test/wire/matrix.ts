// What the files of the wire matrix have in common: a client runs the script, every step of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runScript, type ScriptRun } from "./script.ts";
import type { WireClient } from "./wire-client.ts";

/** Steps that run in every lane, and those that a client runs once. */
const STEPS = { inEach: 26, once: 15 };

/** Makes a test of it, in each lane that the client can take. */
export function testScript(client: WireClient, skip: string | false = false): void {
  test(client.title, { skip }, async () => {
    try {
      checkRuns(await runScript(client, { prefix: prefixOf(client.title) }), client.bidi ? 3 : 2);
    } finally {
      client.close();
    }
  });
}

/** No lane and no step was left out. */
export function checkRuns(done: readonly ScriptRun[], lanes: number): void {
  const counts = done.map(({ steps }) => steps.length);
  const { inEach, once } = STEPS;
  assert.deepEqual(counts, [inEach + once, ...Array(lanes - 1).fill(inEach)]);
}

export function prefixOf(title: string): string {
  return title.replaceAll(/[^A-Za-z0-9]+/g, "-");
}
