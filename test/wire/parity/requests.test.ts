// What a client may get wrong in the body of a unary call, or do in an unusual way: the same answer by both paths, in
// every dialect, with the same words.
import { after, afterEach, describe, test } from "node:test";
import { ProducerService } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { callOf, type Dialect, LANES, usualHeaders } from "./dialects.ts";
import { BYTES_MAX, COMPRESSED_MIN, FRAMES, MESSAGES, type OddBody, SIZES } from "./odd-bodies.ts";
import { assertSame } from "./pair.ts";
import { openScriptedPair } from "./scripted-port.ts";

const { enqueue } = ProducerService.method;
const pair = await openScriptedPair({
  limits: { messageBytesMax: BYTES_MAX, compressedBytesMin: COMPRESSED_MIN },
});
after(() => pair[Symbol.asyncDispose]());

function oddCall(dialect: Dialect, build: OddBody) {
  const { headers = [], ...odd } = build(dialect);
  return {
    path: "/lakh.v1.ProducerService/Enqueue",
    headers: [...usualHeaders(dialect), ...headers],
    ...odd,
  };
}

describe("both paths answer the same to a body:", () => {
  afterEach(() =>
    assertSame(pair, LANES.slice(0, 2), (lane) => callOf(lane, enqueue, { jobs: [{ id: "good" }] })),
  );

  for (const [what, build] of Object.entries({ ...FRAMES, ...SIZES, ...MESSAGES }))
    test(what, () => assertSame(pair, LANES, ({ dialect }) => oddCall(dialect, build)));
});

describe("both paths compress the same answers, for a client that reads", () => {
  const accepted = ["gzip", "br, gzip", "gzip,identity", "gzip;q=0", "identity", "*", "GZIP", "", "br"];
  const sizes = { "an answer just below the bound": -1, "at the bound": 0, "above it": 1 };
  for (const accept of accepted) {
    for (const [size, more] of Object.entries(sizes)) {
      test(`${JSON.stringify(accept)}: ${size}`, () =>
        assertSame(pair, LANES, (lane) => {
          // What is around an id costs 6 bytes in binary, 20 in JSON.
          const id = "x".repeat(COMPRESSED_MIN - (lane.dialect.isJson ? 20 : 6) + more);
          const name = lane.dialect.isEnveloped ? "grpc-accept-encoding" : "accept-encoding";
          return callOf(lane, enqueue, { jobs: [{ id }] }, [[name, accept]]);
        }));
    }
  }
});
