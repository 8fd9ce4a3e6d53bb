// The rules of the house, run as a test: each wall between the rooms is proven by breaking it, each door by using it;
// files are named, opened and bounded as CONTRIBUTING.md says; and what the documents point to is there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { before, describe, test } from "node:test";
import { brokenLinks, missingPaths, missingTests } from "./house/documents.ts";
import { houseFiles, textOf } from "./house/files.ts";
import { breaches } from "./house/shapes.ts";
import {
  ASKS_TIME_OR_CHANCE,
  findHits,
  formsOfImport,
  importPath,
  letThrough,
  READS_ENVIRONMENT,
  ROOMS,
  TARGETS,
} from "./house/walls.ts";

const root = new URL("..", import.meta.url);
const rules = readFileSync(new URL("biome.json", root), "utf8");

describe("walls and doors:", () => {
  const config = "src/server/config.ts";
  let open: Map<string, string[]>;

  before(async () => {
    const files = Object.values(ROOMS).map(({ file }) => {
      const imports = TARGETS.map((target) => `import "${importPath(file, target)}";`);
      return [file, [...imports, READS_ENVIRONMENT, ...ASKS_TIME_OR_CHANCE]] as const;
    });
    open = await letThrough(rules, Object.fromEntries([...files, [config, [READS_ENVIRONMENT]]]));
  });

  for (const [name, { file, doors }] of Object.entries(ROOMS)) {
    test(`${name} may import what architecture.md says, and nothing else`, () => {
      const allowed = TARGETS.filter((target) =>
        open.get(file)?.includes(`import "${importPath(file, target)}";`),
      );
      assert.deepEqual(allowed.toSorted(), doors.toSorted());
    });
  }

  test("every room of src has its walls", async () => {
    const entries = await readdir(new URL("src", root), { withFileTypes: true });
    const rooms = entries.map(({ name }) => name).filter((name) => name !== "gen");
    assert.deepEqual(
      rooms.filter((room) => ROOMS[room] === undefined),
      [],
    );
  });

  test("only src/server/config.ts reads process.env", () => {
    assert.deepEqual(open.get(config), [READS_ENVIRONMENT]);
    const readers = Object.values(ROOMS).filter(({ file }) => open.get(file)?.includes(READS_ENVIRONMENT));
    assert.deepEqual(readers, []);
  });

  test("only src/broker/clock.ts reads the clock, sleeps or draws chance, where time is told", () => {
    for (const [name, { file, isTold }] of Object.entries(ROOMS)) {
      const asked = ASKS_TIME_OR_CHANCE.filter((call) => open.get(file)?.includes(call));
      assert.deepEqual(asked, isTold ? [] : ASKS_TIME_OR_CHANCE, name);
    }
  });

  test("a wall holds against every form of import", async () => {
    const files = Object.entries(ROOMS).map(
      ([name, { file }]) => [file, formsOfImport(name === "server" ? "../cli/lakh.ts" : "fs")] as const,
    );
    for (const [file, statements] of await letThrough(rules, Object.fromEntries(files)))
      assert.deepEqual(statements, [], file);
  });

  test("the probes see a wall that is missing: `*` instead of `**` lets paths with a slash through", async () => {
    const weak = rules.replaceAll('"**",', '"*",');
    assert.notEqual(weak, rules);
    const statement = 'import "../store/sqlite/sqlite-store.ts";';
    const files = { "src/broker/probe.ts": [statement] };
    assert.deepEqual([...(await letThrough(rules, files)).values()], [[]]);
    assert.deepEqual([...(await letThrough(weak, files)).values()], [[statement]]);
  });

  test("src and web keep to their walls", async () => {
    assert.deepEqual(await findHits(root.pathname, ["src", "web"]), []);
  });
});

describe("shapes:", () => {
  test("names, first lines, lengths and words are those of the house", async () => {
    assert.deepEqual(breaches(await houseFiles(root)), []);
  });

  test("every breach is seen", () => {
    const head = "// What it is.\n";
    const wrong: Readonly<Record<string, string>> = {
      "src/job/index.ts": head,
      "src/job/types.ts": head,
      "src/job/common.ts": head,
      "src/job/jobHistory.ts": head,
      "src/job/time-util.ts": head,
      "src/rpc/test_helpers.ts": head,
      "src/broker/lease-manager.ts": head,
      "src/job/naked.ts": "export const one = 1;\n",
      "src/job/long.ts": head + "\n".repeat(300),
      "src/job/word.ts": `${head}export const currentTask = 1;\n`,
      "src/job/verb.ts": `${head}export function nackAll() {}\n`,
      "src/job/round.ts": `${head}import "../gen/../server/server.ts";\n`,
      "src/cli/env.ts": `${head}const { env } = process;\n`,
      "src/cli/server.ts": `${head}const one = process["env"];\n`,
    };
    for (const [path, text] of Object.entries(wrong))
      assert.equal(breaches([{ path, text }]).length > 0, true, `${path} must be seen`);
  });

  test("what only looks like a breach is none", () => {
    const text = `#!/usr/bin/env node
// A task is what others call a job; the process ends.
/** Not a lease: process. */
export const told = "the task manager nacks";
process.exitCode = 1;
export const release = () => process.exit();
`;
    assert.deepEqual(breaches([{ path: "src/job/job-id.ts", text }]), []);
  });
});

describe("documents:", () => {
  test("their links lead somewhere", async () => {
    assert.deepEqual(brokenLinks(await houseFiles(root)), []);
  });

  test("the files that they name exist", async () => {
    assert.deepEqual(missingPaths(await houseFiles(root)), []);
  });

  test("the tests that they name as proof of a promise exist", async () => {
    assert.deepEqual(missingTests(await houseFiles(root)), []);
  });

  test("a dead link, a missing file and a missing test are seen", () => {
    const target = { path: "docs/b.md", text: "# Two words, really\n" };
    const links =
      "[a](b.md) [b](b.md#two-words-really) [c](c.md) [d](b.md#three) [e](#four) [f](https://x.y/z)";
    const a = { path: "docs/a.md", text: `${links} \`src/job/gone.ts\`\n` };
    assert.deepEqual(brokenLinks([a, target]), [
      "docs/a.md: c.md",
      "docs/a.md: b.md#three",
      "docs/a.md: #four",
    ]);
    assert.deepEqual(missingPaths([a, target]), ["docs/a.md: src/job/gone.ts"]);

    const proof = { path: "test/one.test.ts", text: 'test("it holds", () => {});' };
    const rows =
      "| promise | test |\n| --- | --- |\n| one | `it holds` |\n| two | `it does not` |\n| `code` | words |\n";
    const readme = { path: "README.md", text: rows };
    assert.deepEqual(missingTests([readme, proof]), ["README.md: it does not"]);
  });

  test("every runtime dependency has its reason in a decision", async () => {
    const { dependencies } = JSON.parse(textOf(await houseFiles(root), "package.json")) as {
      dependencies: Record<string, string>;
    };
    const reasons = textOf(await houseFiles(root), "docs/decisions/0006-runtime-dependencies.md");
    const named = [...reasons.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(named.toSorted(), Object.keys(dependencies).toSorted());
  });
});
