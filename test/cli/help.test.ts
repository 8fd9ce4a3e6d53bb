// The texts people read first.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { verbs } from "../../src/cli/commands.ts";
import { helpOf } from "../../src/cli/help.ts";
import { table } from "../../src/cli/output.ts";
import { escapeControls } from "../../src/cli/terminal.ts";
import { settingKeys } from "../../src/server/settings.ts";
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

test("a table's columns line up", () => {
  const output = {
    isTerminal: false,
    write: async () => undefined,
    paint: (_: string, text: string) => text,
  };

  const text = table(
    ["ID", "NAME"],
    [
      ["1", "x"],
      ["22222", "y"],
    ],
    output,
  );

  assert.equal(text, "ID     NAME\n1      x\n22222  y\n");
});
