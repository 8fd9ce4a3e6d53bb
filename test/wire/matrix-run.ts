// What every file of the wire matrix does: a server on a directory, clients that run the whole script against it, and a
// look at the log at the end. The matrix is in three files, since starting processes is dear in a large one.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { runScript, type ScriptRun } from "./script.ts";
import type { WireClient } from "./wire-client.ts";
import { openDirectory, openWireServer } from "./wire-server.ts";

/** Steps that run in every lane, and those that a client runs once. */
const STEPS = { inEach: 26, once: 21 };

/** Opens the server, closes it after the file's tests, and lets them fail when a call was a fault of the server. */
export async function openMatrix(): Promise<{ readonly url: string }> {
  const directory = await openDirectory();
  const server = await openWireServer({ store: directory.store });
  after(async () => {
    await server.stop();
    await directory[Symbol.asyncDispose]();
    const faults = server.lines.filter(({ level }) => level >= 50);
    assert.deepEqual(faults, [], "a call of the matrix was a fault of the server");
  });
  return { url: server.url };
}

/** One client, in every lane that it can take. */
export function testClient(client: WireClient, skip: string | false = false): void {
  test(client.title, { skip }, async () => {
    try {
      checkRuns(await runScript(client, { prefix: prefixOf(client.title) }), client.bidi ? 3 : 2);
    } finally {
      client.close();
    }
  });
}

/** Every step was run, in every lane. */
export function checkRuns(done: readonly ScriptRun[], lanes: number): void {
  assert.equal(done.length, lanes);
  const counts = done.map(({ steps }) => steps.length);
  const { inEach, once } = STEPS;
  assert.deepEqual(counts, [inEach + once, ...Array(lanes - 1).fill(inEach)]);
}

/** Makes the names and ids of a run its own. */
export function prefixOf(title: string): string {
  return title.replaceAll(/[^A-Za-z0-9]+/g, "-");
}
