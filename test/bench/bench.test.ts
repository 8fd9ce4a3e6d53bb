// The whole bench at a tiny scale: that each goal has its line, that each line says what was on disk, and that a run ends.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { GOAL_IDS } from "./goals.ts";
import type { Run } from "./run.ts";

const BENCH = fileURLToPath(new URL("bench.ts", import.meta.url));
const FLAGS = ["--disable-warning=ExperimentalWarning"];

test("a quick run has a line for each goal, and says of each what is on disk", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, BENCH, "--quick", "--json"]);
  const { machine, lines } = JSON.parse(stdout) as Run;
  assert.equal(machine.node, process.version);
  const measured = new Set(lines.map(({ goal }) => goal));
  assert.deepEqual(
    GOAL_IDS.filter((goal) => !measured.has(goal)),
    [],
  );
  for (const { what, figure, durability } of lines) {
    assert.ok(Number.isFinite(figure), `${what}: ${figure}`);
    assert.notEqual(durability, "", what);
  }
  const unknown = lines.filter(({ goal, holds }) => goal !== undefined && holds === undefined);
  assert.deepEqual(
    new Set(unknown.map(({ goal }) => goal)),
    new Set(["enqueue-peer", "drain-peer", "drain-memory"]),
  );
});

test("a group that does not exist is refused, with those that do", async () => {
  const asked = promisify(execFile)(process.execPath, [...FLAGS, BENCH, "--only", "unary,dreams"]);
  await assert.rejects(asked, /no group "dreams", but unary, streams/);
});
