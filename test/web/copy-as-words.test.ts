// What the words of a snippet become: in a shell, on a command line, in any other call than enqueue.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { create, fromJson, toJson } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import fc from "fast-check";
import { parseFilter } from "../../src/client/filter.ts";
import {
  AdminService,
  CancelMatchingJobsRequestSchema,
  DeleteJobsRequestSchema,
  DrainWorkersRequestSchema,
  ListQueuesRequestSchema,
  PauseQueuesRequestSchema,
  RetryJobsRequestSchema,
} from "../../src/gen/lakh/v1/admin_pb.ts";
import { type JobSpec, JobSpecSchema, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { CancelJobsRequestSchema, ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { COPY_LANGUAGES, copyCall, copyEnqueue } from "../../web/copy-as/copy-as.ts";
import { shellWord } from "../../web/copy-as/quoting.ts";
import { workerSnippet } from "../../web/copy-as/worker-snippets.ts";
import { openServed, type Served } from "../examples/example.ts";
import { drawSeed } from "../seed.ts";
import { assertSame, HOSTILE, SPECS, utf8 } from "./copied-jobs.ts";
import { missing, openWorkshop, runByShell, runLakh, shellTakes, type Workshop } from "./copied-runs.ts";

const LOCAL = { serverUrl: "http://127.0.0.1:50051" };
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

/** Any text that a command line can hold, and often what shells care about. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(..."'\"\\$`!#~*?[]{}()<>|&;=-% \t\n\r\u0001\u001b\u007f"),
      fc.string({ unit: "binary" }),
    ),
  )
  .map((parts) => parts.join("").replaceAll("\0", "").toWellFormed());

async function wordsSurvive(quote: (text: string) => string, shell: "sh" | "bash"): Promise<void> {
  const texts = fc.array(hostileText, { minLength: 40, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(texts, async (words) => {
      const { argv } = await shellTakes(`lakh ${words.map(quote).join(" ")}`, workshop, shell);
      assert.deepEqual(argv, words);
    }),
    { seed: drawSeed(), numRuns: 10, endOnFailure: true },
  );
}

for (const shell of ["sh", "bash"] as const)
  test(`a word comes out of ${shell} as it went in`, () => wordsSurvive(shellWord, shell));

test("a word between double quotes would not, and that is seen", async () => {
  await assert.rejects(wordsSurvive((text) => `"${text.replaceAll('"', '\\"')}"`, "sh"));
});

const anyJob = fc
  .record({
    name: fc.stringMatching(/^[A-Za-z0-9._:-]{1,20}$/),
    id: fc.uuid().chain((id) => fc.stringMatching(/^[!-~]{1,60}$/).map((more) => `${more}${id}`)),
    payload: fc.oneof(
      hostileText.map(utf8),
      fc.json().map(utf8),
      fc.jsonValue().map((value) => utf8(JSON.stringify(value, undefined, 1))),
      fc.uint8Array().map((value) => ({ case: "data", value }) as const),
    ),
    labels: fc.dictionary(
      hostileText.filter((key) => key !== "" && key.length < 60),
      fc.string({ maxLength: 60 }),
      {
        maxKeys: 3,
      },
    ),
    priority: fc.integer({ min: -100, max: 100 }),
  })
  .map((spec) => create(JobSpecSchema, spec));

test("any job at all is stored as it was copied, by curl and the command line", {
  skip: missing("curl"),
}, async () => {
  const jobs = fc.uniqueArray(anyJob, { minLength: 10, maxLength: 10, selector: ({ id }) => id });
  const isStored = async (spec: JobSpec) => {
    const { job } = await served.producer.getJob({ id: spec.id });
    assert.ok(job);
    assertSame(job, spec);
  };
  await fc.assert(
    fc.asyncProperty(jobs, async (specs) => {
      await runByShell(specs.map((spec) => copyEnqueue(spec, "curl", target())).join("\n"), workshop);
      for (const spec of specs) await isStored(spec);
      for (const spec of specs) {
        const twin = create(JobSpecSchema, { ...spec, id: `${spec.id}-cli` });
        await runLakh(copyEnqueue(twin, "CLI", target()), workshop);
        await isStored(twin);
      }
    }),
    { seed: drawSeed(), numRuns: 2, endOnFailure: true },
  );
});

test("what is pasted into a terminal has no keys in it, and nothing that nobody sees", () => {
  for (const spec of Object.values(SPECS))
    for (const language of COPY_LANGUAGES) {
      const text = copyEnqueue(create(JobSpecSchema, spec), language, LOCAL);
      const keys = text.replaceAll("\n", "").replaceAll("\t", language === "Go" ? "" : "\t");
      assert.doesNotMatch(keys, /\p{Cc}|[\u200b-\u200f\u2028-\u202e\ufeff]/u, text);
    }
});

test("the address is left out of a command line where it is the default", () => {
  const spec = create(JobSpecSchema, { name: "welcome", payload: utf8('{"user":42}') });
  assert.equal(copyEnqueue(spec, "CLI", LOCAL), `lakh enqueue welcome '{"user":42}'`);
  assert.equal(
    copyEnqueue(spec, "CLI", { serverUrl: "https://jobs.example.org/lakh" }),
    `lakh enqueue welcome '{"user":42}' --server https://jobs.example.org/lakh`,
  );
});

test("the token comes from the environment, in every language but the command line, which looks by itself", () => {
  const spec = create(JobSpecSchema, { name: "welcome" });
  for (const language of COPY_LANGUAGES) {
    const wanted = language === "CLI" ? 0 : 1;
    const uses = (text: string) => text.split("LAKH_TOKEN").length - 1;
    for (const make of [copyEnqueue.bind(null, spec), workerSnippet.bind(null, "welcome")]) {
      assert.equal(uses(make(language, LOCAL)), 0);
      assert.equal(uses(make(language, { ...LOCAL, token: true })), wanted, language);
    }
  }
});

test("the token arrives", { skip: missing("curl") }, async () => {
  const spec = create(JobSpecSchema, { name: "welcome" });
  const snippet = copyEnqueue(spec, "curl", { ...LOCAL, token: true });
  const script = `LAKH_TOKEN=s3cret\ncurl() { printf '%s\\n' "$@"; }\n${snippet}`;
  assert.match(await workshop.run("sh", ["-c", script]), /^authorization: Bearer s3cret$/m);
});

test("other calls are copied too: as curl each, as a command where there is one", {
  skip: missing("curl"),
}, async () => {
  const admin = createClient(AdminService, createGrpcTransport({ baseUrl: served.server.url }));
  const call = {
    rpc: AdminService.method.pauseQueues,
    request: create(PauseQueuesRequestSchema, { names: ["--mail", "pdf"] }),
  };
  const isPaused = async () => (await admin.getQueue({ name: "--mail" })).queue?.paused === true;
  await runByShell(copyCall(call, "curl", target()) ?? "", workshop);
  assert.ok(await isPaused());
  await admin.resumeQueues({ names: ["--mail"] });
  assert.ok(!(await isPaused()));
  await runLakh(copyCall(call, "CLI", target()) ?? "", workshop);
  assert.ok(await isPaused());
});

test("a change of all that match is copied with its filter", async () => {
  const id = "x'y\"z";
  await served.producer.enqueue({ jobs: [{ id, name: "welcome", labels: { k: HOSTILE } }] });
  const filter = parseFilter("name:welcome label.k:*", { now: 0 });
  const request = create(CancelMatchingJobsRequestSchema, {
    selection: { jobs: { case: "filter", value: filter } },
  });
  const line = copyCall({ rpc: AdminService.method.cancelMatchingJobs, request }, "CLI", target()) ?? "";
  assert.match(line, /^lakh jobs cancel --filter 'name:welcome label\.k:\*' --all-matching --server /);
  await runLakh(`${line} --yes`, workshop);
  const { job } = await served.producer.getJob({ id });
  assert.equal(job?.state, JobState.CANCELLED);
});

test("commands that the calls become", () => {
  const { method } = AdminService;
  const ids = (...list: string[]) => ({
    selection: { jobs: { case: "ids" as const, value: { ids: list } } },
  });
  const cases = [
    [method.retryJobs, create(RetryJobsRequestSchema, ids("a", "b'c")), `lakh jobs retry a 'b'\\''c'`],
    [method.deleteJobs, create(DeleteJobsRequestSchema, ids("-rf")), "lakh jobs delete -- -rf"],
    [method.deleteJobs, create(DeleteJobsRequestSchema, ids("-")), undefined],
    [
      method.drainWorkers,
      create(DrainWorkersRequestSchema, { everyone: true }),
      "lakh workers drain --everyone",
    ],
    [
      ProducerService.method.cancelJobs,
      create(CancelJobsRequestSchema, { ids: ["a"] }),
      "lakh jobs cancel a",
    ],
    [method.listQueues, create(ListQueuesRequestSchema, {}), undefined],
    [
      method.retryJobs,
      fromJson(RetryJobsRequestSchema, {
        selection: { filter: {}, everything: true },
        spread: "90s",
        dryRun: true,
      }),
      "lakh jobs retry --everything --dry-run --spread 90s",
    ],
    [
      method.retryJobs,
      fromJson(RetryJobsRequestSchema, {
        selection: { filter: {}, asOf: "2026-11-24T00:00:00Z", everything: true },
      }),
      undefined,
    ],
  ] as const;
  for (const [rpc, request, wanted] of cases) {
    assert.equal(copyCall({ rpc, request }, "CLI", LOCAL), wanted);
    const text = copyCall({ rpc, request }, "curl", LOCAL) ?? "";
    assert.ok(text.includes(`/${rpc.parent.typeName}/${rpc.name} `));
    assert.ok(text.includes(shellWord(JSON.stringify(toJson(rpc.input, request)))));
  }
});
