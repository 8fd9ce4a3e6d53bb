// What a server tells of its settings: each with its value as somebody would write it, and who wrote it; no secrets.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConfigSources, readConfig } from "../../src/server/config.ts";
import type { Source, Written } from "../../src/server/config-sources.ts";
import { filePath } from "../../src/server/setting-kinds.ts";
import { settingKeys, settings } from "../../src/server/settings.ts";
import { settingsInForce } from "../../src/server/settings-in-force.ts";

function inForce(sources: ConfigSources, file = "") {
  const { settings: all } = readConfig({ readFile: (path) => ({ "lakh.toml": file })[path], ...sources });
  return new Map(all.map(({ key, value, source }) => [key, [value, source]] as const));
}

test("every setting is there once, in the order of the table, with the line of the reference", () => {
  const { settings: all } = readConfig({ readFile: () => undefined });

  assert.deepEqual(
    all.map(({ key, description }) => [key, description]),
    settingKeys.map((key) => [key, settings[key].doc]),
  );
  assert.deepEqual(new Set(all.map(({ source }) => source)), new Set(["default"]));
});

test("its source is the one that won: flag, environment, file, default", () => {
  const written = inForce(
    {
      argv: ["--max-retries", "3"],
      env: { LAKH_MAX_RETRIES: "2", LAKH_LOG_LEVEL: "error", LAKH_ENV_NAME: "" },
    },
    'max_retries = 1\nlog_level = "warn"\nshutdown_grace = "1s"\nenv_name = "staging"',
  );

  assert.deepEqual(written.get("max_retries"), ["3", "flag"]);
  assert.deepEqual(written.get("log_level"), ["error", "environment"]);
  assert.deepEqual(written.get("shutdown_grace"), ["1s", "file"]);
  assert.deepEqual(written.get("env_name"), ["staging", "file"], "an empty variable counts as unset");
  assert.deepEqual(written.get("retention_dead"), ["180d", "default"]);
  assert.deepEqual(written.get("tls_key"), ["", "default"], "nobody set it, and there is no default");
});

test("a value is what was written: spans with their unit, lists with commas, switches as true", () => {
  const argv = ["--listen", "127.0.0.1:1", "--listen", "127.0.0.2:2", "--insecure-no-auth"];
  const written = inForce({ argv, env: { LAKH_RESERVATION_TIME: "1500ms" } });

  assert.deepEqual(written.get("listen"), ["127.0.0.1:1, 127.0.0.2:2", "flag"]);
  assert.deepEqual(written.get("insecure_no_auth"), ["true", "flag"]);
  assert.deepEqual(written.get("reservation_time"), ["1500ms", "environment"]);
});

test("of a secret it is told that it is set, and no character of it", () => {
  const table = {
    open: { kind: filePath(), default: [], doc: "" },
    password: { kind: filePath(), default: [], doc: "", isSecret: true },
    unset: { kind: filePath(), default: [], doc: "", isSecret: true },
  };
  const said: Written = { texts: ["hunter2"], where: "somewhere" };
  const file: Source = new Map(Object.entries({ open: said, password: said }));
  const sources = { flag: new Map(), environment: new Map(), file };
  const values = settingsInForce(sources, table, Object.keys(table)).map(({ value }) => value);

  assert.deepEqual(values, ["hunter2", "***", ""]);
});
