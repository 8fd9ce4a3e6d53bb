// Calls that nobody thought of: bodies broken at random, headers drawn and mixed, in every dialect. Both paths give the
// same answer, and live on. LAKH_SEED draws the same calls again.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { EnqueueRequestSchema, ProducerService } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { drawSeed } from "../../seed.ts";
import { bodyOf, callOf, type Dialect, LANES, type Lane, usualHeaders } from "./dialects.ts";
import { ANSWERS, FAULTS, REFUSALS } from "./endings.ts";
import { BYTES_MAX, COMPRESSED_MIN } from "./odd-bodies.ts";
import { CONTENT_TYPES, longDeadlines, pastDeadlines, wrongDeadlines } from "./odd-heads.ts";
import { assertSame, compare } from "./pair.ts";
import { openScriptedPair } from "./scripted-port.ts";
import type { RawCall } from "./sight.ts";

const RUNS = 2_000;

const endings = { ...ANSWERS, ...REFUSALS, ...FAULTS };
const pair = await openScriptedPair({
  endings,
  limits: { messageBytesMax: BYTES_MAX, compressedBytesMin: COMPRESSED_MIN },
});
after(() => pair[Symbol.asyncDispose]());

/** One thing that goes wrong with bytes; places are shares of the whole. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), at: share(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant("insert" as const), at: share(), bytes: fc.uint8Array({ maxLength: 20 }) }),
  fc.record({ kind: fc.constant("cut" as const), at: share() }),
  fc.record({ kind: fc.constant("double" as const) }),
  fc.record({ kind: fc.constant("grow" as const), byte: fc.nat(255), times: fc.nat(2 * BYTES_MAX) }),
);
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function share() {
  return fc.double({ min: 0, max: 1, noNaN: true });
}

function damaged(bytes: Buffer, hurt: Damage): Buffer {
  const at = Math.floor(("at" in hurt ? hurt.at : 0) * bytes.length);
  switch (hurt.kind) {
    case "set":
      return Buffer.concat([bytes.subarray(0, at), Buffer.of(hurt.byte), bytes.subarray(at + 1)]);
    case "insert":
      return Buffer.concat([bytes.subarray(0, at), hurt.bytes, bytes.subarray(at)]);
    case "cut":
      return bytes.subarray(0, at);
    case "double":
      return Buffer.concat([bytes, bytes]);
    case "grow":
      return Buffer.concat([bytes, Buffer.alloc(hurt.times, hurt.byte)]);
  }
}

/** In as many pieces as there are cuts, and one more. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [
    0,
    ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b),
    bytes.length,
  ];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

const value = fc.string({ unit: "grapheme-ascii", maxLength: 30 }).map((text) => text.trim());
const word = fc.stringMatching(/^x-[a-z0-9-]{1,12}(-bin)?$/);
const encoding = fc.constantFrom("gzip", "identity", "br", "gzip, identity", "", "GZIP");
const header = fc.oneof(
  fc.tuple(word, value),
  fc.tuple(
    fc.constantFrom("grpc-encoding", "content-encoding", "grpc-accept-encoding", "accept-encoding"),
    encoding,
  ),
  fc.tuple(fc.constantFrom("connect-protocol-version", "grpc-message", "authorization", "cookie"), value),
);

function deadlinesOf(dialect: Dialect): readonly string[] {
  return [...longDeadlines(dialect), ...pastDeadlines(dialect), ...wrongDeadlines(dialect)];
}

const call = fc.record({
  lane: fc.constantFrom(...LANES),
  method: fc.oneof(
    { weight: 20, arbitrary: fc.constant("POST") },
    fc.constantFrom("PUT", "OPTIONS", "DELETE"),
  ),
  name: fc.constantFrom("", ...Object.keys(endings)),
  ids: fc.array(fc.string({ maxLength: 50 }), { maxLength: 10 }),
  damages: fc.array(damage, { maxLength: 3 }),
  isWhole: fc.boolean(),
  cuts: fc.array(share(), { maxLength: 4 }),
  headers: fc.uniqueArray(header, { maxLength: 4, selector: ([name]) => name }),
  deadline: fc.option(fc.nat(), { freq: 2 }),
  type: fc.option(fc.constantFrom(...Object.values(CONTENT_TYPES)), { freq: 5 }),
  framing: fc.constantFrom("length", "chunked"),
});
type Drawn = typeof call extends fc.Arbitrary<infer T> ? T : never;

function rawCall(drawn: Drawn): RawCall {
  const { dialect } = drawn.lane;
  const jobs = [{ name: drawn.name, id: "first" }, ...drawn.ids.map((id) => ({ id: id.toWellFormed() }))];
  const good = bodyOf(dialect, EnqueueRequestSchema, { jobs });
  const bytes = drawn.isWhole ? good : drawn.damages.reduce(damaged, good);
  const deadlines = deadlinesOf(dialect);
  const deadline =
    drawn.deadline === null ? [] : [[dialect.timeout, deadlines[drawn.deadline % deadlines.length] ?? ""]];
  const usual = usualHeaders(dialect);
  return {
    method: drawn.method,
    path: "/lakh.v1.ProducerService/Enqueue",
    headers: [...(drawn.type ?? usual), ...drawn.headers, ...(deadline as [string, string][])],
    body: pieces(bytes, drawn.cuts).filter(({ length }) => length > 0),
    framing: drawn.framing as "length" | "chunked",
  };
}

test(`${RUNS} calls drawn at random are answered the same by both paths`, async (t) => {
  const seed = drawSeed();
  t.diagnostic(`LAKH_SEED=${seed}`);
  const isSame = fc.asyncProperty(call, async (drawn) => {
    assert.deepEqual(await compare(pair, rawCall(drawn), drawn.lane.http), []);
  });
  // A smaller call that fails too is looked for when a seed is given: with calls that hang it takes its time.
  await fc.assert(isSame, { seed, numRuns: RUNS, endOnFailure: process.env.LAKH_SEED === undefined });
});

test("and both still serve", () =>
  assertSame(pair, LANES, (lane: Lane) =>
    callOf(lane, ProducerService.method.enqueue, { jobs: [{ id: "good" }] }),
  ));
