// `lakh work` with real commands and a scripted server.
import assert from "node:assert/strict";
import { mkdtemp, rm, watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type JsonValue, toJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { type Payload, toWirePayload } from "../../src/client/payload.ts";
import { CancellationReason, type Report } from "../../src/gen/lakh/v1/worker_pb.ts";
import { type FakeWork, openFakeServer } from "../client/fake-server.ts";
import { startCli } from "./run-cli.ts";

async function openShellWorker(context: TestContext, command: string, argv: readonly string[] = []) {
  const server = await openFakeServer(context);
  const cli = startCli(["work", "add", "sub", "--exec", command, "--server", server.url, ...argv], {
    HOME: "/",
  });
  context.after(() => cli.child.kill("SIGKILL"));
  const work = await server.worker();
  work.welcome();
  return { server, cli, work };
}

function deliver(work: FakeWork, jobId: string, payload: Payload = {}): void {
  const reservationTime = { seconds: 60n, nanos: 0 };
  const wire = toWirePayload(payload);
  work.say({
    jobs: [{ jobId, name: "add", attempt: 2, payload: wire, reservationTime, traceparent: "00-1" }],
  });
}

/** Resolves when the worker has taken in everything said so far. */
async function arrived(work: FakeWork): Promise<void> {
  work.say({ ping: { nonce: 1n } });
  await work.heard.until(({ pong }) => pong !== undefined);
}

async function nextReport(work: FakeWork): Promise<Report["report"]> {
  const { reports } = await work.heard.until((request) => request.reports.length > 0);
  return reports[0]?.report ?? { case: undefined };
}

function jsonOf(report: Report["report"]): JsonValue | undefined {
  assert.ok(report.case === "succeed", report.case);
  const value = report.value.result?.value;
  return value?.case === "json" ? toJson(ValueSchema, value.value) : undefined;
}

/** Resolves when every one of these files has been made. */
async function names(
  seen: AsyncIterable<{ filename: string | null }>,
  wanted: readonly string[],
): Promise<void> {
  const missing = new Set(wanted);
  const iterator = seen[Symbol.asyncIterator]();
  while (missing.size > 0) missing.delete((await iterator.next()).value?.filename ?? "");
}

test("the payload comes on stdin, facts in the environment, and JSON on stdout is the result", async (t) => {
  const script = `printf '{"in":%s,"id":"%s","name":"%s","attempt":%s,"trace":"%s","home":"%s"}' \
    "$(cat)" "$LAKH_JOB_ID" "$LAKH_JOB_NAME" "$LAKH_ATTEMPT" "$TRACEPARENT" "$HOME"`;
  const { work, cli } = await openShellWorker(t, script, ["-c", "7"]);
  deliver(work, "j1", { json: { user: 42 } });

  assert.deepEqual(jsonOf(await nextReport(work)), {
    in: { user: 42 },
    id: "j1",
    name: "add",
    attempt: 2,
    trace: "00-1",
    home: "/",
  });
  assert.deepEqual([work.hello.names, work.hello.capacity], [["add", "sub"], 7]);
  await cli.said(/succeeded {2}add j1, attempt 2 in \d/);
});

test("bytes come as they are, and a result that doubles would round goes back as bytes", async (t) => {
  const { work } = await openShellWorker(t, "cat");
  deliver(work, "j1", { data: new TextEncoder().encode("9007199254740993") });

  const report = await nextReport(work);

  assert.ok(report.case === "succeed" && report.value.result?.value.case === "data");
  assert.equal(new TextDecoder().decode(report.value.result.value.value), "9007199254740993");
});

for (const [what, command] of [
  ["is no JSON", "echo hello"],
  ["is too large", "head -c 70000 /dev/zero | tr '\\0' 1"],
  ["is empty", "true"],
] as const) {
  test(`a success whose stdout ${what} has no result`, async (t) => {
    const { work } = await openShellWorker(t, command);
    deliver(work, "j1");

    const report = await nextReport(work);

    assert.ok(report.case === "succeed");
    assert.equal(report.value.result, undefined);
  });
}

test("a command that reads nothing of a large payload is no trouble", async (t) => {
  const { work } = await openShellWorker(t, "true");
  deliver(work, "j1", { data: new Uint8Array(1_000_000) });

  assert.equal((await nextReport(work)).case, "succeed");
});

const failures: readonly [command: string, errorClass: string, message: string | RegExp, final: boolean][] = [
  ["echo oh >&2; exit 3", "exit 3", "oh", false],
  ["echo never >&2; exit 100", "exit 100", "never", true],
  ["exit 1", "exit 1", "exit 1, and nothing on stderr", false],
  ["kill -9 $$", "killed by SIGKILL", /nothing on stderr/, false],
  ["no-such-command-here", "exit 127", /not found/, false],
  ["head -c 9000 /dev/zero | tr '\\0' x >&2; echo end >&2; exit 1", "exit 1", /^x{4092}end$/, false],
];

for (const [command, errorClass, message, final] of failures) {
  test(`"${command}" fails ${final ? "for good" : "for now"} with class "${errorClass}"`, async (t) => {
    const { work } = await openShellWorker(t, command);
    deliver(work, "j1");

    const report = await nextReport(work);

    assert.ok(report.case === "fail");
    assert.equal(report.value.error?.class, errorClass);
    assert.match(
      report.value.error.message,
      typeof message === "string" ? new RegExp(`^${message}$`) : message,
    );
    assert.deepEqual([report.value.final, report.value.error.stack], [final, ""]);
  });
}

test("a cancel asks the command and what it started to stop", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "lakh-work-test-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const seen = watch(directory, { signal: AbortSignal.timeout(20_000) });
  const script = `cd ${directory}; (trap 'touch inner; exit' TERM; touch begun; sleep 60 & wait) &
    trap 'touch outer; exit' TERM; wait`;
  const { work, cli } = await openShellWorker(t, script);
  deliver(work, "j1");
  await names(seen, ["begun"]);

  work.say({ cancelled: [{ jobId: "j1", attempt: 2, reason: CancellationReason.CANCELLED }] });

  await names(seen, ["inner", "outer"]);
  await cli.said(/cancelled {2}add j1/);
});

test("SIGTERM takes no more jobs, lets the command finish, and exits with 0", async (t) => {
  const { work, cli } = await openShellWorker(t, "read line; echo done >&2; echo 1");
  deliver(work, "j1", { data: new TextEncoder().encode("x\n") });
  await arrived(work);
  const report = nextReport(work);
  cli.child.kill("SIGTERM");
  await report;
  work.say({ reportsThrough: 1n });
  await work.over;
  work.end();

  assert.equal((await cli.end).code, 0);
});

test("a second SIGTERM gives the job back at once and kills the command", async (t) => {
  const { work, cli } = await openShellWorker(t, "trap '' TERM; echo begun >&2; sleep 60", ["-o", "ndjson"]);
  deliver(work, "j1");
  await arrived(work);
  cli.child.kill("SIGTERM");
  await cli.said(/stopping: /);
  cli.child.kill("SIGTERM");

  assert.equal((await nextReport(work)).case, "release");
  work.say({ reportsThrough: 1n });
  await work.over;
  work.end();
  const { code, out } = await cli.end;
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out), {
    jobId: "j1",
    name: "add",
    attempt: 2,
    outcome: "cancelled",
    reason: "released",
  });
});

test("lines on stdout are JSON when wanted, and the connection is told on stderr", async (t) => {
  const { server, work, cli } = await openShellWorker(t, "printf '\\033[31mboom' >&2; exit 1", [
    "-o",
    "ndjson",
  ]);
  await cli.said(/connected to/);
  deliver(work, "j1");
  await nextReport(work);
  await cli.said(/tookMs/);
  server.cut();
  await cli.said(/trying again in/);
  cli.child.kill("SIGKILL");

  const { out, err } = await cli.end;
  const { tookMs, ...facts } = JSON.parse(out);
  assert.equal(typeof tookMs, "number");
  assert.deepEqual(facts, {
    jobId: "j1",
    name: "add",
    attempt: 2,
    outcome: "failed",
    error: "exit 1, \u001b[31mboom",
  });
  assert.ok(!`${out}${err}`.includes("\u001b"));
});
