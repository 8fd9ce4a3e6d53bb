// However a handler ends a unary call, a client sees the same by the fast path as by connect's own, in every dialect, and
// so does who reads the log.
import { after, describe, test } from "node:test";
import { ProducerService } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { callOf, LANES } from "./dialects.ts";
import { ANSWERS, FAULTS, REFUSALS } from "./endings.ts";
import { assertSame } from "./pair.ts";
import { openScriptedPair } from "./scripted-port.ts";

const pair = await openScriptedPair({ endings: { ...ANSWERS, ...REFUSALS, ...FAULTS } });
after(() => pair[Symbol.asyncDispose]());

for (const [kind, endings] of Object.entries({
  "an answer": ANSWERS,
  "a refusal": REFUSALS,
  "a fault": FAULTS,
})) {
  describe(`${kind} is the same by both paths:`, () => {
    for (const name of Object.keys(endings)) {
      test(name, () =>
        assertSame(pair, LANES, (lane) => callOf(lane, ProducerService.method.enqueue, { jobs: [{ name }] })),
      );
    }
  });
}
