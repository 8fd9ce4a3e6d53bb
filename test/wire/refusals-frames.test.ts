// Bytes that are no call: broken envelopes, broken messages, broken HTTP. Each is answered or cut off, and the server
// lives on.
import assert from "node:assert/strict";
import { once } from "node:events";
import type { ClientHttp2Session } from "node:http2";
import { after, afterEach, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";
import { closedAfter, envelope, http2Hello, openCall, openPeer, openSession } from "../server/port-peers.ts";
import { openProducer } from "./producer.ts";
import { assertWords } from "./refusal.ts";
import { openWireServer } from "./wire-server.ts";

const ENQUEUE = "/lakh.v1.ProducerService/Enqueue";
const WATCH = "/lakh.v1.ProducerService/WatchJob";
/** `{jobs: [{name: "a"}]}` */
const good = Buffer.of(10, 3, 18, 1, 97);

const server = await openWireServer();
const producer = openProducer(server.url);
after(async () => {
  producer[Symbol.dispose]();
  await server.stop();
  const faults = server.lines.filter(({ level }) => level >= 50);
  assert.deepEqual(faults, [], "no client's bytes are a fault of the server");
});
afterEach(async () => {
  assert.equal((await producer.enqueue({ name: "good" })).length, 1, "the server lives on");
});

interface Broken {
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code: Code;
  readonly words: RegExp;
}

/** With another length in its head than it has. */
function announced(message: Buffer, length: number): Buffer {
  const whole = envelope(message);
  whole.writeUInt32BE(length, 1);
  return whole;
}

function flagged(message: Buffer, flags: number): Buffer {
  const whole = envelope(message);
  whole.writeUInt8(flags, 0);
  return whole;
}

const gzip = { "grpc-encoding": "gzip" };
const broken: Readonly<Record<string, Broken>> = {
  "an envelope cut in its message": {
    body: announced(good, 100),
    code: Code.InvalidArgument,
    words: /incomplete envelope/,
  },
  "an envelope cut in its head": {
    body: Buffer.of(0, 0, 0),
    code: Code.InvalidArgument,
    words: /incomplete envelope/,
  },
  "no message": { body: Buffer.alloc(0), code: Code.Unimplemented, words: /missing input message/ },
  "two messages": {
    body: Buffer.concat([envelope(good), envelope(good)]),
    code: Code.Unimplemented,
    words: /extra input message/,
  },
  // gRPC has INTERNAL for what cannot be parsed, and connect follows.
  "a number that never ends": {
    body: envelope(Buffer.alloc(12, 0xff)),
    code: Code.Internal,
    words: /^parse binary: /,
  },
  "a field longer than its message": {
    body: envelope(Buffer.of(10, 127, 18)),
    code: Code.Internal,
    words: /^parse binary: /,
  },
  "a name that is no UTF-8": {
    body: envelope(Buffer.of(10, 3, 18, 1, 0xff)),
    code: Code.Internal,
    words: /^parse binary: /,
  },
  "groups 1,000 deep": {
    body: envelope(Buffer.alloc(1_000, 0x0b)),
    code: Code.Internal,
    words: /^parse binary: /,
  },
  "a compressed message without a compression": {
    body: flagged(good, 1),
    code: Code.Internal,
    words: /do not know how to decompress/,
  },
  "a compression that nobody has": {
    body: flagged(good, 1),
    headers: { "grpc-encoding": "lzma" },
    code: Code.Unimplemented,
    words: /unknown compression "lzma": supported encodings are gzip/,
  },
  "gzip that is none": {
    body: flagged(good, 1),
    headers: gzip,
    code: Code.InvalidArgument,
    words: /decompression failed/,
  },
  "gzip cut short": {
    body: flagged(gzipSync(good).subarray(0, -9), 1),
    headers: gzip,
    code: Code.Internal,
    words: /decompression failed/,
  },
  "a deadline that is none": {
    body: envelope(good),
    headers: { "grpc-timeout": "soon" },
    code: Code.InvalidArgument,
    words: /invalid grpc timeout value/,
  },
  "a deadline of 11,000 years": {
    body: envelope(good),
    headers: { "grpc-timeout": "99999999H" },
    code: Code.InvalidArgument,
    words: /more than 2147483647 ms/,
  },
};

describe("gRPC answers", () => {
  let session: ClientHttp2Session;
  before(async () => {
    session = await openSession(server.port);
  });
  after(() => session.close());

  for (const [what, { body, headers, code, words }] of Object.entries(broken)) {
    test(what, async () => {
      const call = openCall(session, ENQUEUE, headers);
      const ending = once(call, "trailers");
      call.resume().end(body);
      const [trailers] = await ending;
      assertWords(decodeURIComponent(trailers["grpc-message"]), words);
      assert.equal(Code[trailers["grpc-status"]], Code[code]);
    });
  }
});

describe("gRPC-web and Connect streams answer in their last message", () => {
  const cases: readonly (readonly [string, { type: string; path: string; body: Buffer; words: RegExp }])[] = [
    [
      "gRPC-web, a cut envelope",
      {
        type: "application/grpc-web+proto",
        path: ENQUEUE,
        body: announced(good, 99),
        words: /grpc-status: 3/,
      },
    ],
    [
      "gRPC-web, a broken message",
      {
        type: "application/grpc-web+proto",
        path: ENQUEUE,
        body: envelope(Buffer.of(255)),
        words: /grpc-status: 13/,
      },
    ],
    [
      "Connect, a cut envelope",
      {
        type: "application/connect+proto",
        path: WATCH,
        body: announced(good, 99),
        words: /"invalid_argument","message":"protocol error: incomplete envelope"/,
      },
    ],
    [
      "Connect, broken JSON",
      {
        type: "application/connect+json",
        path: WATCH,
        body: envelope(Buffer.from("{")),
        words: /"invalid_argument","message":"cannot decode message lakh.v1.WatchJobRequest/,
      },
    ],
    [
      "Connect, no message",
      {
        type: "application/connect+json",
        path: WATCH,
        body: Buffer.alloc(0),
        words: /"unimplemented","message":"protocol error: missing input message/,
      },
    ],
  ];
  for (const [what, { type, path, body, words }] of cases) {
    test(what, async () => {
      const headers = { "content-type": type };
      const response = await fetch(`${server.url}${path}`, { method: "POST", headers, body });
      assert.equal(response.status, 200);
      assertWords(await response.text(), words);
    });
  }
});

describe("HTTP/1.1 that is none", () => {
  const post = `POST ${ENQUEUE} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n`;
  const cases: readonly (readonly [what: string, bytes: string | Uint8Array, heard: RegExp])[] = [
    ["noise", Buffer.alloc(64, 0xf5), /^HTTP\/1\.1 400 /],
    ["a method that never ends", "A".repeat(20_000), /^HTTP\/1\.1 4(00|31) /],
    ["headers above 16 KiB", `${post}x: ${"y".repeat(17_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ["two lengths", `${post}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, /^HTTP\/1\.1 400 /],
    [
      "a length and chunks",
      `${post}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`,
      /^HTTP\/1\.1 400 /,
    ],
    ["a chunk that is no chunk", `${post}transfer-encoding: chunked\r\n\r\nzz\r\n`, /^HTTP\/1\.1 400 /],
  ];
  for (const [what, bytes, heard] of cases) {
    test(`${what} is refused, and the connection ends`, async () => {
      const peer = await openPeer(server.port, bytes);
      assert.ok((await closedAfter(peer.socket, 5_000)) < 5_000, "it is still open");
      assertWords(peer.heard.slice(0, 200), heard);
    });
  }

  test("a body shorter than its length ends with its connection", async () => {
    const peer = await openPeer(server.port, `${post}content-length: 1000\r\n\r\n{"jobs":[{"name":"cut"}]}`);
    peer.socket.end();
    assert.ok((await closedAfter(peer.socket, 5_000)) < 5_000, "it is still open");
    assert.doesNotMatch(peer.heard, /200 OK/);
  });
});

describe("HTTP/2 that is none", () => {
  const nothing = Buffer.alloc(0);
  const frame = (type: number, { flags = 0, stream = 1, body = nothing, length = 0 }) => {
    const said = length || body.length;
    return Buffer.concat([Buffer.of(0, said >> 8, said & 255, type, flags, 0, 0, 0, stream), body]);
  };
  const cases: readonly (readonly [what: string, bytes: Buffer])[] = [
    ["noise after the preface", Buffer.alloc(64, 0xff)],
    ["a frame larger than any may be", frame(0, { length: 65_535, body: Buffer.alloc(20_000) })],
    ["data for a stream that nobody opened", frame(0, { stream: 5, body: Buffer.from("x") })],
    ["headers that cannot be decompressed", frame(1, { flags: 4, body: Buffer.alloc(16, 0xff) })],
    ["a window of nothing", frame(8, { stream: 0, body: Buffer.alloc(4) })],
    ["a stream with an even number", frame(1, { flags: 5, stream: 2, body: Buffer.of(0x82) })],
  ];
  for (const [what, bytes] of cases) {
    test(`${what} ends the connection`, async () => {
      const peer = await openPeer(server.port, Buffer.concat([http2Hello, bytes]));
      assert.ok((await closedAfter(peer.socket, 5_000)) < 5_000, "it is still open");
    });
  }

  test("(and what is HTTP/2 does not)", async () => {
    const ping = frame(6, { stream: 0, body: Buffer.from("are you?") });
    const peer = await openPeer(server.port, Buffer.concat([http2Hello, ping]));
    await peer.hears("are you?");
    assert.equal(await closedAfter(peer.socket, 100), Number.POSITIVE_INFINITY);
    peer.socket.destroy();
  });

  test("a body of another length than announced resets its stream alone", async () => {
    const session = await openSession(server.port);
    const cut = openCall(session, ENQUEUE, { "content-length": "1000" });
    cut.resume().end(envelope(good));
    assert.ok((await closedAfter(cut, 5_000)) < 5_000, "it is still open");
    const whole = openCall(session, ENQUEUE);
    const ending = once(whole, "trailers");
    whole.resume().end(envelope(good));
    assert.equal((await ending)[0]["grpc-status"], "0");
    session.close();
  });
});
