// Methods, paths, content types, deadlines and headers of unary calls, right and wrong: the same answer by both paths, and
// handlers are told the same.
import { after, describe, test } from "node:test";
import { EnqueueRequestSchema, ProducerService } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { bodyOf, callOf, DIALECTS, LANES, type Lane } from "./dialects.ts";
import { ANSWERS, FAULTS } from "./endings.ts";
import {
  CONTENT_TYPES,
  GETS,
  HEADERS,
  HTTP1_HEADERS,
  HTTP2_HEADERS,
  longDeadlines,
  PATHS,
  pastDeadlines,
  shortDeadlines,
  wrongDeadlines,
} from "./odd-heads.ts";
import { assertSame } from "./pair.ts";
import { openScriptedPair } from "./scripted-port.ts";
import type { RawCall } from "./sight.ts";

const { enqueue } = ProducerService.method;
const TOLD = "what it was told of the call";
const pair = await openScriptedPair({
  endings: {
    ...ANSWERS,
    ...FAULTS,
    stubborn: () => new Promise(() => {}),
    obedient: (_request, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  },
});
after(() => pair[Symbol.asyncDispose]());

const over = (http: Lane["http"]) => LANES.filter((lane) => lane.http === http);
const asked = (lane: Lane, headers: RawCall["headers"] = [], name = TOLD) =>
  callOf(lane, enqueue, { jobs: [{ name, id: "a" }] }, headers);

describe("both paths answer the same to a content type:", () => {
  for (const [what, headers] of Object.entries(CONTENT_TYPES)) {
    test(what, () =>
      assertSame(pair, LANES, ({ dialect }) => {
        const body = bodyOf(dialect, EnqueueRequestSchema, { jobs: [{ name: TOLD }] });
        return { path: "/lakh.v1.ProducerService/Enqueue", headers, body: [body] };
      }),
    );
  }
});

describe("both paths answer the same to headers:", () => {
  for (const [lanes, table] of [
    [LANES, HEADERS],
    [over("1.1"), HTTP1_HEADERS],
    [over("2"), HTTP2_HEADERS],
  ] as const) {
    for (const [what, headers] of Object.entries(table))
      test(`${what}${lanes === LANES ? "" : `, over HTTP/${lanes[0]?.http}`}`, () =>
        assertSame(pair, lanes, (lane) => asked(lane, headers)));
  }
});

describe("both paths answer the same over HTTP/1.0", () => {
  for (const [what, headers] of [
    ["without a host", []],
    ["with a host", [["host", "lakh"]]],
    [
      "with a connection to keep",
      [
        ["host", "lakh"],
        ["connection", "keep-alive"],
      ],
    ],
  ] as const)
    test(what, () => assertSame(pair, over("1.1"), (lane) => ({ ...asked(lane, headers), version: "1.0" })));
});

describe("both paths keep the same deadlines:", () => {
  const each = async (values: (lane: Lane) => readonly string[], names: readonly string[]) => {
    for (const lane of LANES)
      for (const value of values(lane))
        for (const name of names)
          await assertSame(pair, [lane], () => asked(lane, [[lane.dialect.timeout, value]], name));
  };
  test("long ones", () => each(({ dialect }) => longDeadlines(dialect), [TOLD]));
  test("wrong ones", () => each(({ dialect }) => wrongDeadlines(dialect), [TOLD]));
  test("past ones", () => each(({ dialect }) => pastDeadlines(dialect), [TOLD, "an error"]));
  test("short ones", () => each(({ dialect }) => shortDeadlines(dialect), ["stubborn", "obedient"]));
});

describe("both paths answer the same to a path:", () => {
  for (const [what, path] of Object.entries(PATHS))
    test(what, () => assertSame(pair, LANES, (lane) => ({ ...asked(lane), path })));
});

describe("both paths answer the same to a method:", () => {
  for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "post"]) {
    for (const path of ["/lakh.v1.ProducerService/Enqueue", "/lakh.v1.ProducerService/GetJob"]) {
      const hasBody = !["GET", "HEAD"].includes(method);
      test(`${method} ${path}`, () =>
        assertSame(pair, LANES, (lane) => {
          const { headers, body } = asked(lane);
          const bare: RawCall = { method, path, headers, framing: "unsaid" };
          return hasBody && body ? { method, path, headers, body } : bare;
        }));
    }
  }
});

describe("both paths answer the same to a GET of Connect:", () => {
  const lanes = LANES.filter(({ dialect }) => dialect === DIALECTS.json);
  for (const [what, path] of Object.entries(GETS))
    test(what, () =>
      assertSame(pair, lanes, () => ({ method: "GET", path, headers: [], framing: "unsaid" })),
    );
});
