// What the page gives to paste is run as it is pasted, and the job that it stores is the one that was on the page.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { type JobSpec, JobSpecSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import { type CopyLanguage, copyEnqueue } from "../../web/copy-as/copy-as.ts";
import { curl } from "../../web/copy-as/curl-snippet.ts";
import { openServed, type Served } from "../examples/example.ts";
import { assertSame, KEPT_AS_BYTES, SPECS, utf8 } from "./copied-jobs.ts";
import { missing, openWorkshop, pathWith, runByShell, runLakh, type Workshop } from "./copied-runs.ts";

/** One snippet for each job, all with one start of what runs them, where that takes a while. */
type Run = (snippets: readonly string[], workshop: Workshop) => Promise<unknown>;

const RUNS: Readonly<Record<Exclude<CopyLanguage, "Go">, Run>> = {
  curl: async (snippets, workshop) => {
    for (const snippet of snippets) await runByShell(snippet, workshop);
  },
  CLI: async (snippets, workshop) => {
    for (const snippet of snippets) await runLakh(snippet, workshop);
  },
  TypeScript: async (snippets, { file, run }) => {
    const files = await Promise.all(snippets.map((snippet, at) => file(`${at}.ts`, snippet)));
    const all = "for (const file of process.argv.slice(1)) await import(file)";
    await run(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "-e",
      all,
      ...files,
    ]);
  },
  Python: async (snippets, { file, run }) => {
    const files = await Promise.all(snippets.map((snippet, at) => file(`${at}.py`, snippet)));
    const all = "import sys, runpy\nfor file in sys.argv[1:]: runpy.run_path(file)";
    await run("python3", ["-c", all, ...files]);
  },
};

const PROGRAMS: Readonly<Record<string, string>> = { curl: "curl", Python: "python3" };

function idOf(language: string, name: string): string {
  return `${language}-${name.replaceAll(" ", "-")}'"\\$x\`!`;
}

/** Unique keys are the name's, and each language has its turn. */
function specFor(language: string, name: string): JobSpec {
  const spec = create(JobSpecSchema, { ...SPECS[name], id: idOf(language, name) });
  if (spec.uniqueKey !== "") spec.uniqueKey += language;
  return spec;
}

let served: Served;
let workshop: Workshop;
before(async () => {
  served = await openServed();
  workshop = await openWorkshop();
});
after(async () => {
  await workshop[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

const target = () => ({ serverUrl: served.server.url });

async function assertStored(spec: JobSpec): Promise<void> {
  const { job } = await served.producer.getJob({ id: spec.id });
  assert.ok(job, "it is not stored");
  assertSame(job, spec);
}

for (const [language, run] of Object.entries(RUNS) as [keyof typeof RUNS, Run][]) {
  const program = PROGRAMS[language];
  const skip = program === undefined ? false : missing(program);
  describe(`${language} stores the same job:`, { skip }, () => {
    before(() => {
      const snippets = Object.keys(SPECS).map((name) =>
        copyEnqueue(specFor(language, name), language, target()),
      );
      return run(snippets, workshop);
    });

    for (const name of Object.keys(SPECS)) {
      test(name, async () => {
        const spec = specFor(language, name);
        await assertStored(spec);
        const { job } = await served.producer.getJob({ id: spec.id });
        if (KEPT_AS_BYTES.has(name)) assert.equal(job?.payload.case, "data", "every byte of it counts");
      });
    }
  });
}

test("Go stores the same job", { skip: missing("go", "version") }, async () => {
  for (const name of ["everything", "strings that bite"]) {
    const snippet = copyEnqueue(
      create(JobSpecSchema, { ...specFor("Go", name), labels: { k: "a ` b" } }),
      "Go",
      target(),
    );
    await workshop.run("go", ["run", await workshop.file(`${name.replaceAll(" ", "-")}/main.go`, snippet)]);
    await assertStored(create(JobSpecSchema, { ...specFor("Go", name), labels: { k: "a ` b" } }));
  }
});

test("every program in Go is one, and is written as Go is", { skip: missing("gofmt", "-h") }, async () => {
  const files = await Promise.all(
    Object.keys(SPECS).map((name, at) =>
      workshop.file(
        `go/${at}.go`,
        copyEnqueue(specFor("Go", name), "Go", { ...target(), token: at % 2 === 0 }),
      ),
    ),
  );
  assert.equal(await workshop.run("gofmt", ["-l", ...files]), "");
});

test("the command line, as a process of its own, stores the same job", async () => {
  const spec = specFor("process", "everything");
  await workshop.run("env", [`PATH=${pathWith(workshop)}`, "sh", "-c", copyEnqueue(spec, "CLI", target())]);
  await assertStored(spec);
});

test("a payload that no command line could take goes another way", { skip: missing("curl") }, async () => {
  const texts = { long: JSON.stringify({ text: "'漢".repeat(40_000) }), many: `[${"0,".repeat(300_000)}0]` };
  for (const [name, text] of Object.entries(texts))
    for (const language of ["curl", "CLI"] as const) {
      const spec = create(JobSpecSchema, { name: "welcome", id: `${name}-${language}`, payload: utf8(text) });
      await RUNS[language]([copyEnqueue(spec, language, target())], workshop);
      await assertStored(spec);
    }
});

test("the comparison sees a number that was rounded on its way", { skip: missing("curl") }, async () => {
  const spec = specFor("naive", "numbers that are no doubles");
  const rounded = { id: spec.id, name: spec.name, json: { id: 9007199254740993n.toString(), far: 1 } };
  await workshop.run("sh", ["-c", curl("lakh.v1.ProducerService/Enqueue", { jobs: [rounded] }, target())]);
  await assert.rejects(assertStored(spec), assert.AssertionError);
});
