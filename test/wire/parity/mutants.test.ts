// The control of the comparison: paths that are wrong in one thing each. Every one must be told from connect's own, or
// that all cases are the same would prove nothing.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConnectError, type Interceptor } from "@connectrpc/connect";
import { ProducerService } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { answerFaults } from "../../../src/rpc/errors.ts";
import { enforceDeadline, logCalls } from "../../../src/rpc/interceptors.ts";
import type { MemoryLog } from "../../server/rpc-port.ts";
import { callOf, FOUR_LANES, type Lane, usualHeaders } from "./dialects.ts";
import { ANSWERS, FAULTS, REFUSALS } from "./endings.ts";
import { BYTES_MAX, COMPRESSED_MIN, FRAMES, type OddBody, SIZES } from "./odd-bodies.ts";
import { compare, openPair } from "./pair.ts";
import { opensScripted, type ScriptedOptions } from "./scripted-port.ts";
import type { RawCall, Sight } from "./sight.ts";

const { enqueue } = ProducerService.method;

const right: ScriptedOptions = {
  limits: { messageBytesMax: BYTES_MAX, compressedBytesMin: COMPRESSED_MIN },
  endings: {
    ...ANSWERS,
    ...REFUSALS,
    ...FAULTS,
    heedless: async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { jobs: [] };
    },
  },
};

type Build = (lane: Lane) => RawCall;

function named(name: string, headers: (lane: Lane) => RawCall["headers"] = () => []): Build {
  return (lane) => callOf(lane, enqueue, { jobs: [{ name, id: "a" }] }, headers(lane));
}

function odd(build: OddBody | undefined): Build {
  assert.ok(build);
  return ({ dialect }) => {
    const { headers = [], ...rest } = build(dialect);
    return {
      path: "/lakh.v1.ProducerService/Enqueue",
      headers: [...usualHeaders(dialect), ...headers],
      ...rest,
    };
  };
}

/** A few cases of each kind: enough to see each mutant. */
const CASES: readonly Build[] = [
  named(""),
  named("headers and trailers"),
  named("metadata and details"),
  named("words with signs"),
  named("words in many scripts"),
  named("a store that is full"),
  named("an error"),
  named("heedless", ({ dialect }) => [[dialect.timeout, dialect.timeout === "grpc-timeout" ? "10m" : "10"]]),
  odd(FRAMES["two messages"]),
  odd(SIZES["a byte larger than may be"]),
  (lane) => {
    const accept = lane.dialect.isEnveloped ? "grpc-accept-encoding" : "accept-encoding";
    return callOf(lane, enqueue, { jobs: [{ id: "x".repeat(2_000) }] }, [[accept, "gzip"]]);
  },
];

const faultsAreTold: Interceptor = (next) => (request) =>
  next(request).catch((error: unknown) => {
    throw error instanceof ConnectError ? error : new ConnectError(String(error));
  });

function around(build: (log: MemoryLog) => Interceptor[]): Partial<ScriptedOptions> {
  return { rpc: (log) => ({ interceptors: build(log) }) };
}

const logged = (log: MemoryLog) => logCalls(log, () => 0);

/** Servers that are wrong. */
const SERVERS: Readonly<Record<string, Partial<ScriptedOptions>>> = {
  "ignores deadlines": around((log) => [logged(log), answerFaults]),
  "runs no interceptors": around(() => []),
  "writes nothing down": around(() => [enforceDeadline, answerFaults]),
  "has no words for a store's faults": around((log) => [logged(log), enforceDeadline]),
  "tells what its faults are": around((log) => [logged(log), faultsAreTold, enforceDeadline, answerFaults]),
  "takes messages that are too large": { limits: { ...right.limits, messageBytesMax: 2 * BYTES_MAX } },
  "takes no large messages": { limits: { ...right.limits, messageBytesMax: 100 } },
  "never compresses": { limits: { ...right.limits, compressedBytesMin: 2 * BYTES_MAX } },
  "says a header more": {
    prepare: (app) => {
      app.addHook("onRequest", async (_request, reply) => void reply.header("x-more", "1"));
    },
  },
};

/** What is wrong with answers on their way out. */
const ANSWERS_GONE_WRONG: Readonly<Record<string, (sight: Sight) => Sight>> = {
  "drops metadata from the trailers": changeTrailers((name) => name.startsWith("grpc-")),
  "drops the details of errors": changeTrailers((name) => name !== "grpc-status-details-bin"),
  "drops the trailers": (sight) => ({ ...sight, trailers: {} }),
  "does not percent-encode words": (sight) => {
    const words = sight.trailers["grpc-message"]?.map((word) => decodeURIComponent(word));
    return words ? { ...sight, trailers: { ...sight.trailers, "grpc-message": words } } : sight;
  },
  "percent-encodes more than it must": (sight) => {
    const words = sight.trailers["grpc-message"]?.map((word) => encodeURIComponent(decodeURIComponent(word)));
    return words ? { ...sight, trailers: { ...sight.trailers, "grpc-message": words } } : sight;
  },
  "says another content type": (sight) => changeHeaders(sight, "content-type", ["application/grpc"]),
  "says no length": (sight) => changeHeaders(sight, "content-length", []),
  "answers every call with 200": (sight) => ({ ...sight, status: 200 }),
  "loses the last byte": (sight) => ({ ...sight, body: sight.body.slice(0, -1) }),
  "closes connections": (sight) => ({ ...sight, after: "closed" }),
  "resets streams": (sight) => ({ ...sight, framing: `${sight.framing} RST_STREAM(0)` }),
  "says that it goes on": (sight) => ({ ...sight, interim: [100] }),
};

function changeTrailers(isKept: (name: string) => boolean) {
  return (sight: Sight): Sight => ({
    ...sight,
    trailers: Object.fromEntries(Object.entries(sight.trailers).filter(([name]) => isKept(name))),
  });
}

function changeHeaders(sight: Sight, name: string, values: readonly string[]): Sight {
  return { ...sight, headers: { ...sight.headers, [name]: values } };
}

/** The first difference that the cases show, if they show one. */
async function verdictOn(
  mutant: Partial<ScriptedOptions>,
  mutilate = (sight: Sight): Sight => sight,
): Promise<string | undefined> {
  await using pair = await openPair((how) =>
    opensScripted(how.stockRpc ? right : { ...right, ...mutant })(how),
  );
  const ask = pair.fast.ask;
  const fast = { ...pair.fast, ask: async (...call: Parameters<typeof ask>) => mutilate(await ask(...call)) };
  for (const build of CASES) {
    for (const lane of FOUR_LANES) {
      const [difference] = await compare({ ...pair, fast }, build(lane), lane.http);
      if (difference) return `${lane.title}: ${difference}`;
    }
  }
  return undefined;
}

describe("a path is found out that", () => {
  for (const [wrong, mutant] of Object.entries(SERVERS)) {
    test(wrong, async (t) => {
      const verdict = await verdictOn(mutant);
      assert.ok(verdict, "nobody noticed");
      t.diagnostic(verdict.slice(0, 200));
    });
  }

  for (const [wrong, mutilate] of Object.entries(ANSWERS_GONE_WRONG)) {
    test(wrong, async (t) => {
      const verdict = await verdictOn({}, mutilate);
      assert.ok(verdict, "nobody noticed");
      t.diagnostic(verdict.slice(0, 200));
    });
  }

  test("(and one that is right in everything is not)", async () => {
    assert.equal(await verdictOn({}), undefined);
  });
});
