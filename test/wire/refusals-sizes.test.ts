// What is too large, by one byte and by far, in every dialect: RESOURCE_EXHAUSTED, and no memory for it.
import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { constants } from "node:http2";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { closedAfter, openCall, openPeer, openSession } from "../server/port-peers.ts";
import { curlClient } from "./curl-client.ts";
import { grpcJsClient } from "./grpc-js-client.ts";
import { nodeClients } from "./node-clients.ts";
import { openProducer } from "./producer.ts";
import { assertRefused, assertWords } from "./refusal.ts";
import { same } from "./stage.ts";
import { WireError } from "./wire-client.ts";
import { openWireServer } from "./wire-server.ts";

const MiB = 1 << 20;
const name = "large";
const server = await openWireServer();
const producer = openProducer(server.url);
after(async () => {
  producer[Symbol.dispose]();
  await server.stop();
});

const data = (bytes: number) => ({ case: "data", value: new Uint8Array(bytes) }) as const;
const json = (value: JsonValue) => ({ case: "json", value: fromJson(ValueSchema, value) }) as const;

describe("a payload", () => {
  // A string of n bytes is n + 2 bytes of JSON text and n + 4 of protobuf; a number in a list is 2 and 11.
  const cases = [
    ["data", data(MiB), data(MiB + 1)],
    ["json, a text", json("x".repeat(MiB - 4)), json("x".repeat(MiB - 3))],
    ["json, a text that JSON writes longer", json("\u0001".repeat(174_762)), json("\u0001".repeat(174_763))],
    ["json, numbers", json(Array(95_324).fill(0)), json(Array(95_326).fill(0))],
  ] as const;
  for (const [kind, fits, over] of cases) {
    test(`of 1 MiB is stored, one byte more is refused: ${kind}`, async () => {
      const [id] = await producer.enqueue({ name, payload: fits });
      same((await producer.job(id ?? "")).payload, fits, "what is stored");
      const words = /^jobs\[0\]\.(data|json): must be at most 1 MiB \(1048576 bytes\), is \d+/;
      await assertRefused(producer.enqueue({ name, payload: over }), Code.ResourceExhausted, words);
    });
  }
});

describe("a message above 4 MiB is refused, and the client goes on", () => {
  const clients = [
    grpcJsClient(server.url),
    ...nodeClients(server.url),
    curlClient("curl over HTTP/1.1", server.url, ["--http1.1"]),
    curlClient("curl over HTTP/2", server.url, ["--http2-prior-knowledge"]),
  ];
  for (const client of clients) {
    test(client.title, async () => {
      const enqueue = (bytes: number) =>
        client.unary(ProducerService.method.enqueue, { jobs: Array(5).fill({ name, payload: data(bytes) }) });
      const refused = await enqueue(MiB).catch((error: unknown) => error);
      assert.ok(refused instanceof WireError, String(refused));
      assert.equal(Code[refused.code], "ResourceExhausted", refused.message);
      assertWords(refused.message, /message (size (\d+ )?)?is larger than .* 4194304/);
      assert.equal((await enqueue(10)).jobs.length, 5);
      client.close();
    });
  }

  test("and just below it is taken", async () => {
    const ids = await producer.enqueue(...Array(4).fill({ name, payload: data(MiB - 64) }));
    assert.equal(ids.length, 4);
  });
});

// Client and server share this process, so what both hold counts, and what neither needs any more but is still there.
describe("memory stays within bounds for", () => {
  /** Twice the bound of a message (F3), and what the client in the same process holds of its own. */
  const GROWTH_MAX = 2 * 4 * MiB + 4 * MiB;
  const grownBy = async (call: () => Promise<unknown>): Promise<number> => {
    const before = process.memoryUsage().arrayBuffers;
    let most = before;
    const look = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 1);
    await call();
    clearInterval(look);
    return Math.max(most, process.memoryUsage().arrayBuffers) - before;
  };
  const post = (body: Uint8Array | ReadableStream, headers = {}) =>
    fetch(`${server.url}/lakh.v1.ProducerService/Enqueue`, {
      method: "POST",
      headers: { "content-type": "application/proto", ...headers },
      body,
      duplex: "half",
    });

  test("a message that is announced with 4 GiB", async () => {
    const session = await openSession(server.port);
    const grown = await grownBy(async () => {
      const call = openCall(session, "/lakh.v1.ProducerService/Enqueue");
      const trailers = new Promise<Record<string, unknown>>((resolve) => call.on("trailers", resolve));
      call.resume().write(Buffer.of(0, 0xff, 0xff, 0xff, 0xff));
      assert.equal((await trailers)["grpc-status"], String(Code.ResourceExhausted));
    });
    session.destroy();
    assert.ok(grown < 2 * 4 * MiB, `${grown} bytes`);
  });

  test("256 MiB that come as 1 MB of gzip", async () => {
    const body = gzipSync(Buffer.alloc(256 * MiB), { level: 1 });
    const grown = await grownBy(async () => {
      const response = await post(body, { "content-encoding": "gzip" });
      assert.equal(response.status, 429);
      assertWords(await response.text(), /is larger than .* 4194304 after decompression/);
    });
    assert.ok(grown <= GROWTH_MAX, `${grown} bytes`);
  });

  test("a body without an end", async () => {
    let sent = 0;
    const chunk = new Uint8Array(64 * 1024);
    const body = new ReadableStream({
      pull(controller) {
        sent += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const grown = await grownBy(async () => {
      assert.equal((await post(body)).status, 429);
    });
    assert.ok(grown <= GROWTH_MAX, `${grown} bytes, ${sent} sent`);
  });
});

describe("a client that is answered while it sends", () => {
  test("may use its connection again", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (body: Buffer) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { "content-type": "application/proto" };
        const path = `${server.url}/lakh.v1.ProducerService/Enqueue`;
        const call = request(path, { method: "POST", headers, agent }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode));
        });
        call.on("error", reject).end(body);
      });
    const statuses = [await send(Buffer.alloc(5 * MiB)), await send(Buffer.alloc(5 * MiB))];
    assert.deepEqual([...statuses, await send(Buffer.of(10, 3, 18, 1, 97))], [429, 429, 200]);
    agent.destroy();
  });

  test("and never stops is cut off, and does not keep the server from stopping", async () => {
    await using other = await openWireServer();
    const session = await openSession(other.port);
    const call = openCall(session, "/lakh.v1.ProducerService/Enqueue");
    call.resume().write(Buffer.of(0, 0xff, 0xff, 0xff, 0xff));
    const head =
      "POST /lakh.v1.ProducerService/Enqueue HTTP/1.1\r\nhost: a\r\ncontent-type: application/proto\r\n";
    const peer = await openPeer(other.port, `${head}content-length: ${6 * MiB}\r\n\r\n`);
    peer.socket.write(Buffer.alloc(5 * MiB));
    await peer.hears("429 Too Many Requests");
    const tookMs = await Promise.all([closedAfter(call, 5_000), closedAfter(peer.socket, 5_000)]);
    assert.ok(Math.max(...tookMs) < 4_000, `${tookMs.join(" and ")} ms`);
    assert.equal(call.rstCode, constants.NGHTTP2_NO_ERROR);
    session.close();
  });
});
