// .ci/not-run: a skipped test is named, and where everything was installed it fails the run.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../store/sqlite-engine.ts";

const ROOT = "0";
const SCRIPT = fileURLToPath(new URL("../../.ci/not-run", import.meta.url));

/** Runs tests that skip for these reasons, and shows the script what the runner has said of them. */
function judged(reasons: readonly string[], user: string): { status: number | null; said: string } {
  using directory = temporaryDirectory();
  const [tests, results] = [join(directory.path, "some.test.mjs"), join(directory.path, "results")];
  const all = reasons.map((skip) => `test("skipped", { skip: ${JSON.stringify(skip)} }, () => {});`);
  const suite = `describe("a suite", () => { ${all.join(" ")} });`;
  writeFileSync(tests, `import { describe, test } from "node:test"; test("runs", () => {}); ${suite}`);
  // A runner inside a runner would speak its language.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--test", "--test-reporter=spec", tests];
  writeFileSync(results, spawnSync(process.execPath, args, { env, encoding: "utf8" }).stdout);
  const { status, stderr } = spawnSync(SCRIPT, [results, user], { encoding: "utf8" });
  return { status, said: stderr };
}

test("what did not run is named; for root it fails the run, unless a right is wanting", () => {
  const installable = "NOT RUN: needs strace. Install it (apt install strace)";
  const right = "NOT RUN: only root (with CAP_SYS_ADMIN) may mount a small tmpfs";
  assert.deepEqual(judged([], ROOT), { status: 0, said: "" });
  assert.equal(judged([right], ROOT).status, 0);
  assert.equal(judged([right, installable], ROOT).status, 1);
  const { status, said } = judged([right, installable], "1000");
  assert.equal(status, 0);
  assert.match(said, /^NOT RUN, 2 in all:\n/);
  for (const reason of [right, installable]) assert.ok(said.includes(reason), said);
});
