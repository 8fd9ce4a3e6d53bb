// The texts people read first.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { tableOf } from "../../src/cli/columns.ts";
import { verbs } from "../../src/cli/commands.ts";
import { helpOf } from "../../src/cli/help.ts";
import { escapeControls } from "../../src/cli/terminal.ts";
import { settingKeys } from "../../src/server/settings.ts";
import { answerAsAdmin, now } from "../client/admin-answers.ts";
import { openFakeServer } from "../client/fake-server.ts";
import { runCli } from "./run-cli.ts";

for (const verb of [undefined, ...verbs]) {
  test(`the help of lakh ${verb ?? ""} fits 80 columns and has an example`, () => {
    const text = helpOf(verb);

    for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
    assert.match(text, /\nExample:\n {2}lakh/);
  });
}

test("the overview names every command, the help of serve every setting", () => {
  for (const verb of verbs) assert.match(helpOf(undefined), new RegExp(`\n {2}${verb} `));
  for (const key of settingKeys) assert.ok(helpOf("serve").includes(`--${key.replaceAll("_", "-")}`), key);
});

test("--help after a command is its help, and alone it is the overview", async () => {
  assert.deepEqual(await runCli(["work", "x", "--help"]), { code: 0, out: helpOf("work"), err: "" });
  assert.deepEqual(await runCli(["-h"]), { code: 0, out: helpOf(undefined), err: "" });
});

test("version is the package's", async () => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");

  const { out } = await runCli(["--version"]);

  assert.match(out, new RegExp(`^lakh ${JSON.parse(text).version} \\(node \\d`));
});

test("colours are for terminals that want them", async () => {
  const text = "lakh nonsense failed: ";

  assert.ok((await runCli(["nonsense"], { isTTY: true })).err.startsWith(`\u001b[31m${text}`));
  assert.ok((await runCli(["nonsense"], { isTTY: true, env: { NO_COLOR: "1" } })).err.startsWith(text));
  assert.ok((await runCli(["nonsense"])).err.startsWith(text));
});

test("control characters and turned directions are made visible, other writing is left alone", () => {
  assert.equal(escapeControls("a\u001b[2J\u0007\n\u009b\u202e"), "a\\u001b[2J\\u0007\\u000a\\u009b\\u202e");
  assert.equal(escapeControls("Grüße, 世界 👩‍🚀"), "Grüße, 世界 👩‍🚀");
});

/** The command lines of a help text's example, as a shell would take them apart. */
function examplesOf(text: string): string[][] {
  const lines = (text.split("\nExample:\n")[1] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("  lakh "));
  return lines.map((line) =>
    [
      ...line
        .trim()
        .slice("lakh ".length)
        .matchAll(/'([^']*)'|(\S+)/g),
    ].map(([, quoted, bare]) => quoted ?? bare ?? ""),
  );
}

for (const verb of ["jobs", "queues", "dead", "workers", "operations", "system", "top", "enqueue"]) {
  for (const argv of examplesOf(helpOf(verb))) {
    test(`the example lakh ${argv.join(" ")} works`, async (t) => {
      const server = await openFakeServer(t);
      answerAsAdmin(server);

      const { code, out, err } = await runCli(argv, { env: { LAKH_SERVER: server.url }, now });

      assert.equal(code, 0, err);
      assert.notEqual(out, "");
    });
  }
}

test("examples are found where there are any", () => {
  assert.deepEqual(examplesOf("Usage\n\nExample:\n  lakh jobs list --filter 'a b' -x\n"), [
    ["jobs", "list", "--filter", "a b", "-x"],
  ]);
});

test("a table's columns line up, numbers to the right, and fit the terminal where there is one", () => {
  const columns = [
    { head: "ID", cell: (row: readonly string[]) => row[0] ?? "" },
    { head: "N", cell: (row: readonly string[]) => row[1] ?? "", align: "right" as const },
    { head: "TEXT", cell: (row: readonly string[]) => row[2] ?? "", shrinks: true as const },
  ];
  const rows = [
    ["1", "5", "a long text that nobody needs whole"],
    ["22222", "48,211", "世界\u001b[2J"],
  ];
  const output = (size?: { columns: number; rows: number }) => ({
    isTerminal: size !== undefined,
    size,
    write: async () => undefined,
    paint: (_: string, text: string) => text,
    onResize: () => undefined,
  });

  assert.equal(
    tableOf(columns, rows, output()),
    "ID          N  TEXT\n" +
      "1           5  a long text that nobody needs whole\n" +
      "22222  48,211  世界\\u001b[2J\n",
  );
  assert.equal(
    tableOf(columns, rows, output({ columns: 26, rows: 5 })),
    "ID          N  TEXT\n1           5  a long tex…\n22222  48,211  世界\\u001b…\n",
  );
});
