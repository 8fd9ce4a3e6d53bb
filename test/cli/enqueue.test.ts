// `lakh enqueue` as people and scripts run it: what reaches the server, what is printed where, and the exit code.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "../../src/client/client.ts";
import { AttemptSchema, JobSchema, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { openFakeServer } from "../client/fake-server.ts";
import { runCli } from "./run-cli.ts";

test("a job arrives as the flags describe it, and a table says so", async (t) => {
  const server = await openFakeServer(t);
  const flags = [
    "--in",
    "10m",
    "--id",
    "mine",
    "--priority",
    "-5",
    "--label",
    "a=b=c",
    "--label",
    "d=",
    "--retries",
    "0",
  ];

  const { code, out, err } = await runCli([
    "enqueue",
    "mail.send",
    '{"to":[1]}',
    ...flags,
    "--reservation-time=5m",
    "--server",
    server.url,
  ]);

  assert.deepEqual([code, err], [0, ""]);
  assert.equal(out, "ID    NAME       STATE\nmine  mail.send  scheduled\n");
  const job = server.stored.get("mine");
  assert.ok(job?.start.case === "delay" && job.payload.case === "json");
  assert.deepEqual(job.start.value.seconds, 600n);
  assert.deepEqual(job.payload.value, fromJson(ValueSchema, { to: [1] }));
  assert.deepEqual([job.name, job.priority, job.labels], ["mail.send", -5, { a: "b=c", d: "" }]);
  assert.deepEqual([job.retry?.maxRetries, job.reservationTime?.seconds], [0, 300n]);
});

test("--spec is the whole job, with what has no flag, from the command line or from stdin", async (t) => {
  const server = await openFakeServer(t);
  const spec = (id: string) => `{"id":"${id}","name":"a","data":"AP8=","labels":{"k=":"v"},
    "delay":"1.0000001s","retry":{"maxRetries":3,"delays":{"delays":["1s","0.25s"]}}}`;

  const word = await runCli(["enqueue", "--spec", spec("word"), "--server", server.url]);
  const stdin = await runCli(["enqueue", "--spec", "-", "--server", server.url], { input: spec("stdin") });

  assert.deepEqual([word.code, stdin.code, word.err, stdin.err], [0, 0, "", ""]);
  for (const id of ["word", "stdin"]) {
    const job = server.stored.get(id);
    assert.deepEqual(job?.payload, { case: "data", value: Uint8Array.of(0, 255) });
    assert.deepEqual(job.labels, { "k=": "v" });
    // Rounded up as the server does it, so that no span becomes zero.
    assert.ok(job.start.case === "delay" && job.retry?.backoff.case === "delays");
    assert.deepEqual([job.start.value.seconds, job.start.value.nanos], [1n, 1_000_000]);
    assert.deepEqual(
      job.retry.backoff.value.delays.map(({ seconds, nanos }) => [seconds, nanos]),
      [
        [1n, 0],
        [0n, 250_000_000],
      ],
    );
  }
});

test("json and ndjson are the reply's JSON, and LAKH_SERVER names the server", async (t) => {
  const server = await openFakeServer(t);
  const env = { LAKH_SERVER: server.url };

  const json = await runCli(["enqueue", "add", "-o", "json", "--id", "a"], { env });
  const ndjson = await runCli(["enqueue", "add", "-ondjson", "--id", "a"], { env });

  assert.deepEqual(JSON.parse(json.out), { jobs: [{ id: "a", state: "JOB_STATE_READY" }] });
  assert.deepEqual(JSON.parse(ndjson.out), { id: "a", state: "JOB_STATE_READY", duplicate: true });
});

test("a payload whose numbers would be rounded is sent as its very bytes", async (t) => {
  const server = await openFakeServer(t);

  await runCli(["enqueue", "add", '{"n":9007199254740993}', "--id", "a", "--server", server.url]);

  const payload = server.stored.get("a")?.payload;
  assert.equal(payload?.case, "data");
  assert.equal(
    Buffer.from(payload?.case === "data" ? payload.value : []).toString(),
    '{"n":9007199254740993}',
  );
});

test("lines of stdin become jobs in batches of at most 1,000", async (t) => {
  const server = await openFakeServer(t);
  const input = Array.from({ length: 2_345 }, (_, n) => `{"n":${n}}`).join("\n");

  const { code, out, err } = await runCli(["enqueue", "add", "-", "-o", "ndjson", "--server", server.url], {
    input,
  });

  assert.equal(code, 0);
  assert.equal(server.enqueueCalls, 3);
  assert.equal(server.stored.size, 2_345);
  assert.equal(out.trim().split("\n").length, 2_345);
  assert.match(err, /^2,345 jobs enqueued in \d/);
});

test("json output of stdin is one document", async (t) => {
  const server = await openFakeServer(t);

  const some = await runCli(["enqueue", "add", "-", "-o", "json", "--server", server.url], {
    input: "1\n\n2\r\n",
  });
  const none = await runCli(["enqueue", "add", "-", "-o", "json", "--server", server.url], { input: "" });

  assert.equal(JSON.parse(some.out).jobs.length, 2);
  assert.deepEqual(JSON.parse(none.out), { jobs: [] });
});

test("a line that is no JSON stops the import after the lines before it, and is named", async (t) => {
  const server = await openFakeServer(t);

  const { code, err } = await runCli(["enqueue", "add", "-", "--server", server.url], {
    input: "1\n2\n{oops\n4\n",
  });

  assert.equal(code, 1);
  assert.match(err, /line 3 is not JSON .*The 2 jobs of the lines before it are stored/);
  assert.equal(server.stored.size, 2);
});

test("--wait tells the states on stderr and prints the result alone on stdout", async (t) => {
  const server = await openFakeServer(t);
  const result = { value: { case: "json" as const, value: fromJson(ValueSchema, { sum: 3 }) } };
  const finishedAt = { seconds: 1n, nanos: 0 };
  server.shown.set("a", [
    create(JobSchema, { id: "a", state: JobState.RESERVED, attempt: 1 }),
    create(JobSchema, { id: "a", state: JobState.SUCCEEDED, attempt: 1, result, finishedAt }),
  ]);

  const { code, out, err } = await runCli(["enqueue", "add", "--id", "a", "--wait", "--server", server.url]);

  assert.deepEqual([code, out], [0, '{"sum":3}\n']);
  assert.equal(err, "a is reserved, attempt 1\na is succeeded, attempt 1\n");
});

test("--wait on a job that dies exits with 1 and says why, its control characters made visible", async (t) => {
  const server = await openFakeServer(t);
  const error = { class: "E", message: "boom \u001b[31m\u009b", stack: "" };
  const attempts = [create(AttemptSchema, { attempt: 1, error })];
  server.shown.set("a", [create(JobSchema, { id: "a", state: JobState.DEAD, deathReason: 2, attempts })]);

  const { code, err } = await runCli(["enqueue", "add", "--id", "a", "--wait", "--server", server.url]);

  assert.equal(code, 1);
  assert.match(err, /a is dead: final failure; E: boom \\u001b\[31m\\u009b\./);
});

const refusals: readonly [code: Code, exitCode: number, advice: RegExp][] = [
  [Code.InvalidArgument, 2, /Correct it/],
  [Code.PermissionDenied, 4, /right to do this/],
  [Code.Unauthenticated, 4, /right to do this/],
  [Code.NotFound, 5, /Check the id/],
  [Code.FailedPrecondition, 6, /where the job stands/],
  [Code.ResourceExhausted, 1, /Send less/],
];

for (const [refusal, exitCode, advice] of refusals) {
  test(`a refusal with ${Code[refusal]} exits with ${exitCode}, its reason and what to do`, async (t) => {
    const server = await openFakeServer(t);
    server.beforeAnswer = () => {
      throw new ConnectError("jobs[0].name: too long", refusal, { "x-request-id": "r7" });
    };

    const { code, out, err } = await runCli(["enqueue", "add", "--server", server.url]);

    assert.deepEqual([code, out], [exitCode, ""]);
    assert.match(err, /^lakh enqueue failed: jobs\[0\]\.name: too long\. .*\([a-z_]+, request r7\)\n$/);
    assert.match(err, advice);
  });
}

test("without a server the exit code is 3, and the message says how to get one", async (t) => {
  const server = await openFakeServer(t);
  const url = server.url;
  await server.close();

  const { code, err } = await runCli(["enqueue", "add", "--server", url]);
  await server.listen();

  assert.equal(code, 3);
  assert.match(err, /ECONNREFUSED.*Start a server with "lakh serve"/);
  assert.doesNotMatch(err, /\n\s+at /);
});

const misuses: readonly [argv: string[], message: RegExp][] = [
  [["enqueue"], /the job has no name/],
  [["enqueue", "a", "{x"], /the payload is not JSON/],
  [["enqueue", "a", "1", "2"], /"2" is one word too many/],
  [["enqueue", "a", "--in", "5"], /"5" has no unit/],
  [["enqueue", "a", "--in", "5s", "--at", "2030-01-01"], /--in and --at are both given/],
  [["enqueue", "a", "--at", "tomorrow"], /"tomorrow" is no time/],
  [["enqueue", "a", "--label", "x"], /"x" is no label/],
  [["enqueue", "a", "--prio", "1"], /no flag --prio\. Did you mean --priority\?/],
  [["enqueue", "a", "--priority", "101"], /out of bounds/],
  [["enqueue", "a", "-o", "xml"], /Write one of table, json, ndjson/],
  [["enqueue", "a", "--server", "localhost:1"], /is no server\. Write a URL/],
  [["enqueue", "a", "-", "--wait"], /--wait is for one job/],
  [["enqueue", "a", "--spec", "{}"], /"a" stands beside --spec\. Say it inside/],
  [["enqueue", "--spec", "{}", "--priority", "1"], /--priority stands beside --spec/],
  [["enqueue", "--spec", "{x"], /--spec is no job/],
  [["enqueue", "--spec", '{"nmae":"a"}'], /--spec is no job \(.*nmae/],
  [
    ["enqueue", "--spec", '{"name":"a","json":9007199254740993}'],
    /9007199254740993 would be rounded; data keeps/,
  ],
  [["work", "a"], /names or --exec are missing/],
  [["work", "a", "--exec", "cat", "-c", "0"], /out of bounds/],
  [["enqeue", "a"], /no such command\. Did you mean enqueue\?/],
  [["help", "wrk"], /Did you mean work\?/],
  [["--listne", "1"], /Did you mean --listen\?/],
  [["serve", "--listen", "0.0.0.0:1"], /other machines could reach it/],
];

for (const [argv, message] of misuses) {
  test(`lakh ${argv.join(" ")} exits with 2 and says what to do`, async () => {
    const { code, out, err } = await runCli(argv);

    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, message);
    assert.equal(err.trim().split("\n").length, 1);
  });
}

test("--debug shows where an error comes from", async () => {
  const { err } = await runCli(["enqueue", "a", "{x", "--debug"]);

  assert.match(err, /\n\s+at /);
});
