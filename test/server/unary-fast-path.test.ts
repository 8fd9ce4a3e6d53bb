// What the fast path of unary calls remembers: nothing of a call that is answered.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createContextValues, createMethodImplSpec } from "@connectrpc/connect";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { portLimits } from "../../src/server/port-limits.ts";
import { UnaryFastPath, type UnarySpec } from "../../src/server/unary-fast-path.ts";

/** Answers as many jobs as it was given; one call is held until it is let go. */
async function serve() {
  const held = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const spec = createMethodImplSpec(ProducerService.method.enqueue, async ({ jobs }) => {
    if (jobs[0]?.id === "held") {
      entered.resolve();
      await held.promise;
    }
    return { jobs: jobs.map(({ id }) => ({ id })) };
  });
  const fastPath = new UnaryFastPath(spec as UnarySpec, {
    interceptors: [],
    limits: portLimits,
    gate: undefined,
    shutdown: new AbortController().signal,
    // As connect's writer does, which waits for an event that responses do not have.
    send: async ({ status }, response) => {
      response.writeHead(status).end();
      await new Promise(() => {});
    },
  });
  const server = createServer((request, response) => {
    fastPath.answer({ request, response, values: createContextValues() });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = async (ids: readonly string[]) => {
    const headers = { "content-type": "application/json", "accept-encoding": "gzip" };
    const body = JSON.stringify({ jobs: ids.map((id) => ({ id })) });
    const response = await fetch(url, { method: "POST", headers, body });
    await response.arrayBuffer();
    return response.status;
  };
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { fastPath, call, entered: entered.promise, letGo: held.resolve, [Symbol.dispose]: close };
}

test("a call is forgotten when it is answered, also by an answer that connect's writer sends", async () => {
  using served = await serve();
  const { fastPath, call, entered, letGo } = served;
  const holding = call(["held"]);
  await entered;
  assert.equal(fastPath.openCalls, 1);

  assert.equal(await call(["short"]), 200);
  assert.equal(await call(Array.from({ length: 1_000 }, (_, i) => `long ${i}`)), 200);
  assert.equal(fastPath.openCalls, 1);

  letGo();
  assert.equal(await holding, 200);
  assert.equal(fastPath.openCalls, 0);
});
