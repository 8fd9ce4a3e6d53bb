// What the page gives to paste is run as it is pasted, and the job that it stores is the one that was on the page.
import assert from "node:assert/strict";
import { type SpawnSyncOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { create, equals, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import { timestampFromMs, ValueSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { type Job, JobSpecSchema, RetryPolicySchema, UniqueConflict } from "../../src/gen/lakh/v1/job_pb.ts";
import { COPY_LANGUAGES, type CopyLanguage, copyEnqueue } from "../../web/copy-as/copy-as.ts";
import { shellWord } from "../../web/copy-as/quoting.ts";
import { openServed, type Served } from "../examples/example.ts";
import { drawSeed } from "../seed.ts";

type Spec = MessageInitShape<typeof JobSpecSchema>;

const utf8 = (text: string) => ({ case: "data", value: new TextEncoder().encode(text) }) as const;
const HOSTILE = `'"\\ $(touch /tmp/x) \`id\` !! %s <b>&amp;\u202e\u200b\u2028 \u001b[31m é 漢 😀 """ \${x}`;

const SPECS: Readonly<Record<string, Spec>> = {
  plain: { name: "welcome", payload: utf8('{"user":42}') },
  "without a payload": { name: "welcome" },
  "all there is": {
    name: "mail.send",
    payload: utf8('{"to":"ada@example.org","n":[1,2.5,null,true]}'),
    start: { case: "delay", value: { seconds: 90n, nanos: 500_000_000 } },
    reservationTime: { seconds: 300n },
    retry: { maxRetries: 4, backoff: { case: "fixed", value: { delay: { seconds: 9n } } } },
    priority: -7,
    labels: { tenant: "42", "a b": "c=d, 'e'" },
    startBy: timestampFromMs(4_000_000_000_000),
    uniqueKey: "ada's",
    onConflict: UniqueConflict.REPLACE,
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    keepResult: { seconds: 60n },
  },
  "flags suffice": {
    name: "report",
    payload: utf8('"a text"'),
    start: { case: "runAt", value: timestampFromMs(4_000_000_000_123) },
    reservationTime: {},
    retry: { maxRetries: 0 },
    priority: 100,
    labels: { tenant: HOSTILE.slice(0, 60) },
    uniqueKey: "k",
  },
  "numbers that are no doubles": { name: "welcome", payload: utf8('{"id":9007199254740993,"far":1e400}') },
  "keys that come twice": { name: "welcome", payload: utf8('{"a":1,"a":2}') },
  "a zero below zero": { name: "welcome", payload: utf8("[-0,1.0]") },
  "a number alone": { name: "welcome", payload: utf8("-1") },
  bytes: { name: "welcome", payload: { case: "data", value: Uint8Array.of(0, 255, 10, 13, 39) } },
  "a text that is no JSON": { name: "welcome", payload: utf8(`${HOSTILE}\n\ttwo`) },
  "strings that bite": {
    name: "welcome",
    payload: utf8(JSON.stringify({ [HOSTILE]: HOSTILE })),
    labels: { k: HOSTILE },
  },
  "a prototype": { name: "welcome", payload: utf8('{"__proto__":{"a":1}}') },
  "an exponential backoff": {
    name: "welcome",
    retry: {
      backoff: {
        case: "exponential",
        value: { initial: { seconds: 1n }, factor: 3, max: { seconds: 60n }, jitter: 0.5 },
      },
    },
  },
  "a list of delays": {
    name: "welcome",
    retry: { backoff: { case: "delays", value: { delays: [{ seconds: 1n }, { nanos: 250_000_000 }] } } },
  },
};

/** Each start of these takes a while. */
const FEW = ["all there is", "numbers that are no doubles", "strings that bite", "bytes"];

describe("what is copied stores the same job:", () => {
  let served: Served;
  let directory: string;
  before(async () => {
    served = await openServed();
    directory = await mkdtemp(join(tmpdir(), "lakh-copy-"));
    const lakh = fileURLToPath(new URL("../../src/cli/lakh.ts", import.meta.url));
    const node = `exec ${shellWord(process.execPath)} --disable-warning=ExperimentalWarning ${shellWord(lakh)} "$@"`;
    await writeFile(join(directory, "lakh"), `#!/bin/sh\n${node}\n`, { mode: 0o755 });
    await symlink(
      fileURLToPath(new URL("../../src/client/client.ts", import.meta.url)),
      join(directory, "lakh.ts"),
    );
  });
  after(async () => {
    await served[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  async function check(language: CopyLanguage, name: string, id: string): Promise<void> {
    // Others have stored the same under a key of their own.
    const { uniqueKey = "" } = SPECS[name] ?? {};
    const spec = create(JobSpecSchema, { ...SPECS[name], id, uniqueKey: uniqueKey && `${uniqueKey} ${id}` });
    const snippet = copyEnqueue(spec, language, { serverUrl: served.server.url });
    await RUN[language](snippet, directory);
    const { job } = await served.producer.getJob({ id });
    assert.ok(job, `${name} is not stored`);
    sameAsSpec(job, spec);
  }

  for (const [name, spec] of Object.entries(SPECS)) {
    test(`curl: ${name}`, { skip: missing("curl") }, () => check("curl", name, `curl-${idOf(name)}`));
    test(`CLI: ${name}`, () => check("CLI", name, `cli-${idOf(name)}`));
    assert.ok(spec);
  }
  for (const name of FEW) {
    test(`TypeScript: ${name}`, () => check("TypeScript", name, `ts-${idOf(name)}`));
    test(`Python: ${name}`, { skip: missing("python3") }, () => check("Python", name, `py-${idOf(name)}`));
  }
  test("Go: strings that bite", { skip: missing("go", "version") }, () =>
    check("Go", "strings that bite", "go-bite"),
  );

  test("a payload that no command line could take goes another way", { skip: missing("curl") }, async () => {
    const payload = utf8(JSON.stringify({ text: "x".repeat(300_000) }));
    for (const language of ["curl", "CLI"] as const) {
      const spec = create(JobSpecSchema, { name: "welcome", id: `long-${language}`, payload });
      await RUN[language](copyEnqueue(spec, language, { serverUrl: served.server.url }), directory);
      sameAsSpec((await served.producer.getJob({ id: spec.id })).job as Job, spec);
    }
  });
});

function idOf(name: string): string {
  return name.replaceAll(" ", "-");
}

/** As it was enqueued; JSON may be there as json or as data, if it says the same. */
function sameAsSpec(job: Job, spec: ReturnType<typeof create<typeof JobSpecSchema>>): void {
  assert.deepEqual(
    [job.name, job.priority, job.labels, job.uniqueKey, job.traceparent],
    [spec.name, spec.priority, spec.labels, spec.uniqueKey, spec.traceparent],
  );
  const text =
    job.payload.case === "json" ? JSON.stringify(toJson(ValueSchema, job.payload.value)) : undefined;
  if (text === undefined)
    assert.deepEqual(job.payload.value ?? new Uint8Array(), spec.payload.value ?? new Uint8Array());
  else
    assert.deepEqual(
      JSON.parse(text),
      JSON.parse(new TextDecoder().decode(spec.payload.value as Uint8Array)),
    );
  if (spec.reservationTime) assert.deepEqual(job.reservationTime, spec.reservationTime);
  if (spec.startBy) assert.deepEqual(job.startBy, spec.startBy);
  if (spec.keepResult) assert.deepEqual(job.keepResult, spec.keepResult);
  if (spec.start.case === "runAt") assert.deepEqual(job.dueAt, spec.start.value);
  if (spec.start.case === "delay") {
    const waits = Number((job.dueAt?.seconds ?? 0n) - (job.enqueuedAt?.seconds ?? 0n));
    assert.ok(Math.abs(waits - Number(spec.start.value.seconds)) <= 1, `due after ${waits} s`);
  }
  if (spec.retry) {
    const wanted = create(RetryPolicySchema, { maxRetries: 30, ...spec.retry });
    assert.ok(job.retry && equals(RetryPolicySchema, job.retry, wanted), "the retry policy");
  }
}

type Run = (snippet: string, directory: string) => Promise<void>;

const RUN: Readonly<Record<CopyLanguage, Run>> = {
  curl: (snippet, directory) => runScript(snippet, directory),
  CLI: (snippet, directory) => runScript(`PATH=${shellWord(directory)}:$PATH\n${snippet}`, directory),
  Python: (snippet, directory) => run("python3", ["-c", snippet], directory),
  async TypeScript(snippet, directory) {
    // In a project of its own "lakh" is a package; here it is the library as it stands.
    const library = new URL("../../src/client/client.ts", import.meta.url).href;
    const file = join(directory, "snippet.ts");
    await writeFile(file, snippet.replace('from "lakh"', `from ${JSON.stringify(library)}`));
    await run(process.execPath, ["--disable-warning=ExperimentalWarning", file], directory);
  },
  async Go(snippet, directory) {
    await writeFile(join(directory, "main.go"), snippet);
    await run("go", ["run", "main.go"], directory);
  },
};

async function runScript(script: string, directory: string): Promise<void> {
  const path = join(directory, "script.sh");
  await writeFile(path, script);
  await run("sh", [path], directory);
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
  const [code] = await once(child, "close");
  assert.equal(code, 0, said);
}

function missing(command: string, argument = "--version"): string | false {
  const options: SpawnSyncOptions = { stdio: "ignore" };
  if (spawnSync(command, [argument], options).status === 0) return false;
  return `NOT RUN: apt-get install ${command === "go" ? "golang-go" : command}`;
}

test("a word of a shell comes out of the shell as it went in", () => {
  const texts = fc.array(
    fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "").toWellFormed()),
    {
      minLength: 20,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(texts, (words) => {
      const script = `printf '%s\\0' ${words.map(shellWord).join(" ")}`;
      const { stdout } = spawnSync("sh", ["-c", script]);
      assert.deepEqual(stdout.toString().split("\0").slice(0, -1), words);
    }),
    { seed: drawSeed(), numRuns: 10 },
  );
});

test("every language has a snippet for every job", () => {
  for (const spec of Object.values(SPECS))
    for (const language of COPY_LANGUAGES)
      assert.match(
        copyEnqueue(create(JobSpecSchema, spec), language, { serverUrl: "http://127.0.0.1:50051" }),
        /\S/,
      );
});
