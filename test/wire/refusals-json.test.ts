// JSON as people type it, and as people get it wrong: what curl sends by hand.
import assert from "node:assert/strict";
import { after, afterEach, describe, test } from "node:test";
import { assertWords } from "./refusal.ts";
import { openWireServer } from "./wire-server.ts";

const server = await openWireServer();
after(() => server.stop());

interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
}

async function post(
  body: string | Buffer,
  { rpc = "lakh.v1.ProducerService/Enqueue", headers = {} } = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}/${rpc}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  return { ...((await response.json()) as object), status: response.status };
}

function withField(field: string): string {
  return `{"jobs":[{"name":"a",${field}}]}`;
}

function nested(depth: number, [open, close] = ["[", "]"]): string {
  return withField(`"json":${open?.repeat(depth)}${open === "[" ? "" : "1"}${close?.repeat(depth)}`);
}

const invalid: readonly (readonly [what: string, body: string | Buffer, words: RegExp])[] = [
  ["an empty body", "", /lakh\.v1\.EnqueueRequest from JSON: Unexpected end/],
  ["half a body", '{"jobs":[{"na', /lakh\.v1\.EnqueueRequest from JSON/],
  ["an array", "[]", /lakh\.v1\.EnqueueRequest from JSON/],
  ["null", "null", /lakh\.v1\.EnqueueRequest from JSON/],
  ["bytes that are no text", Buffer.of(0x7b, 0xff), /lakh\.v1\.EnqueueRequest from JSON/],
  ["no jobs", '{"jobs":null}', /^jobs: must be 1 to 1000/],
  ["jobs that are no list", '{"jobs":"x"}', /EnqueueRequest\.jobs from JSON: expected Array/],
  ["a field twice", '{"jobs":[{"name":"a","name":"b"}]}', /duplicate object key "name"/],
  ["two payloads", withField('"json":1,"data":""'), /oneof lakh\.v1\.JobSpec\.payload/],
  ["data that is no base64", withField('"data":"***"'), /JobSpec\.data from JSON: invalid base64/],
  ["a delay without its s", withField('"delay":"5"'), /google\.protobuf\.Duration from JSON/],
  ["a delay that is a number", withField('"delay":5'), /google\.protobuf\.Duration from JSON/],
  ["a negative delay", withField('"delay":"-1s"'), /^jobs\[0\]\.delay: must be 0 to 100 years/],
  ["an absurd delay", withField('"delay":"99999999999999999999s"'), /google\.protobuf\.Duration from JSON/],
  ["a time that is none", withField('"runAt":"tomorrow"'), /google\.protobuf\.Timestamp from JSON/],
  [
    "a time before 1970",
    withField('"runAt":"1969-12-31T23:59:59Z"'),
    /^jobs\[0\]\.run_at: must be from 1970/,
  ],
  [
    "a time after 9999",
    withField('"runAt":"10000-01-01T00:00:00Z"'),
    /google\.protobuf\.Timestamp from JSON/,
  ],
  ["a priority in words", withField('"priority":"high"'), /JobSpec\.priority from JSON: expected number/],
  ["an absurd priority", withField('"priority":1e99'), /JobSpec\.priority from JSON: .* out of range/],
  [
    "negative retries",
    withField('"retry":{"maxRetries":-1}'),
    /RetryPolicy\.max_retries from JSON: .* out of range/,
  ],
  ["a label __proto__", withField('"labels":{"__proto__":"x"}'), /^jobs\[0\]\.labels: must not have the key/],
  ["a label that is half a letter", withField('"labels":{"a":"\\ud800"}'), /JobSpec\.labels from JSON/],
  ["an id that is half a letter", withField('"id":"\\ud800"'), /JobSpec\.id from JSON/],
  ["a number that is none", withField('"json":NaN'), /not valid JSON/],
  ["a number that is too large", withField('"json":1e400'), /^jobs\[0\]\.json: must be a JSON value/],
  ["arrays 33 deep", nested(33), /^jobs\[0\]\.json: must nest at most 32 deep/],
  ["objects 33 deep", nested(33, ['{"a":', "}"]), /^jobs\[0\]\.json: must nest at most 32 deep/],
  ["arrays 200 deep", nested(200), /google\.protobuf\.Value from JSON: maximum recursion depth/],
  ["arrays 100,000 deep", nested(100_000), /google\.protobuf\.Value from JSON: maximum recursion depth/],
];

describe("JSON", () => {
  afterEach(async () => {
    assert.equal((await post('{"jobs":[{"name":"good"}]}')).status, 200, "the server lives on");
  });

  for (const [what, body, words] of invalid) {
    test(`${what} is refused with a word about it`, async () => {
      const { status, code, message } = await post(body);
      assertWords(message ?? "", words);
      assert.deepEqual([status, code], [400, "invalid_argument"]);
    });
  }

  test("32 deep, and with fields that the server does not know, is taken", async () => {
    assert.equal((await post(nested(32))).status, 200);
    assert.equal((await post(nested(32, ['{"a":', "}"]))).status, 200);
    assert.equal((await post(withField('"colour":"green"'))).status, 200);
  });

  test("in snake_case is taken as in camelCase", async () => {
    const both = ['"reservation_time":"5s"', '"reservationTime":"5s"', '"run_at":"2020-01-01T00:00:00Z"'];
    for (const field of both) assert.equal((await post(withField(field))).status, 200, field);
  });

  test("a report with an attempt that is no count is refused", async () => {
    const body = '{"workerId":"w","reports":[{"jobId":"x","attempt":-1,"succeed":{}}]}';
    const { status, message } = await post(body, { rpc: "lakh.v1.WorkerService/Report" });
    assertWords(message ?? "", /Report\.attempt from JSON: .* out of range/);
    assert.equal(status, 400);
  });
});

describe("a deadline", () => {
  const reserve = { rpc: "lakh.v1.WorkerService/Reserve" };
  const body = '{"names":["deadline"],"wait":"60s"}';

  test("is kept by the server, and no job is lost with the call", async () => {
    const since = performance.now();
    const { status, code } = await post(body, { ...reserve, headers: { "connect-timeout-ms": "50" } });
    assert.deepEqual([status, code], [504, "deadline_exceeded"]);
    assert.ok(performance.now() - since < 2_000);
    await post('{"jobs":[{"id":"deadline","name":"deadline"}]}');
    const { jobs } = (await post(body, reserve)) as Answer & { jobs?: { jobId: string; attempt: number }[] };
    assert.deepEqual(
      jobs?.map(({ jobId, attempt }) => [jobId, attempt]),
      [["deadline", 1]],
    );
  });

  for (const timeout of ["2147483648", "-1", "soon"]) {
    test(`of ${timeout} ms is refused`, async () => {
      const { status, message } = await post(body, {
        ...reserve,
        headers: { "connect-timeout-ms": timeout },
      });
      assertWords(message ?? "", /invalid connect timeout value/);
      assert.equal(status, 400);
    });
  }
});
