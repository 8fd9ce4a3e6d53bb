// Bodies of a request that are not one good message, or are one in an unusual way, by name; each for every dialect. The
// port that they are sent to takes messages of BYTES_MAX.
import { gzipSync } from "node:zlib";
import { EnqueueRequestSchema } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { envelope } from "../../server/port-peers.ts";
import { bodyOf, DIALECTS, type Dialect, wrap } from "./dialects.ts";
import type { RawCall } from "./sight.ts";

/** The bound of a message on the port of these tests. */
export const BYTES_MAX = 10_000;
/** From this size on answers are compressed. */
export const COMPRESSED_MIN = 1_000;

export type OddBody = (dialect: Dialect) => Partial<RawCall>;

const good = (dialect: Dialect) => bodyOf(dialect, EnqueueRequestSchema, { jobs: [{ id: "a" }] });
const goodMessage = (dialect: Dialect) => good({ ...dialect, isEnveloped: false });

const whole =
  (build: (dialect: Dialect) => Uint8Array): OddBody =>
  (dialect) => ({ body: [build(dialect)] });
/** These bytes as a message. */
const message = (bytes: Uint8Array | string): OddBody =>
  whole((dialect) => wrap(dialect, Buffer.from(bytes)));
/** Of so many bytes, which say nothing. */
const sized = (dialect: Dialect, bytes: number): Buffer => {
  if (dialect.isJson) return Buffer.from("{}".padEnd(bytes));
  const { length } = goodMessage(DIALECTS.connect);
  // A field that nobody knows, number 15, with a length of two bytes.
  const rest = bytes - length - 3;
  const head = Buffer.of(0x7a, (rest & 127) | 128, rest >> 7);
  return Buffer.concat([goodMessage(DIALECTS.connect), head, Buffer.alloc(rest)]);
};

function headed(flags: number, length: number, bytes: Uint8Array): Buffer {
  const head = Buffer.of(flags, 0, 0, 0, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, bytes]);
}

function flagged(flags: number, headers: RawCall["headers"] = [], isGzipped = false): OddBody {
  return (dialect) => {
    const bytes = isGzipped ? gzipSync(goodMessage(dialect)) : goodMessage(dialect);
    return { body: [headed(flags, bytes.length, bytes)], headers };
  };
}

function encoded(encoding: string, isGzipped: boolean): OddBody {
  return (dialect) => {
    const bytes = isGzipped ? gzipSync(goodMessage(dialect)) : goodMessage(dialect);
    const name = dialect.isEnveloped ? "grpc-encoding" : "content-encoding";
    return { body: [wrap(dialect, bytes)], headers: [[name, encoding]] };
  };
}

export const FRAMES: Readonly<Record<string, OddBody>> = {
  "no body": () => ({ framing: "unsaid" }),
  "an empty body": whole(() => Buffer.alloc(0)),
  "an empty message": message(""),
  "half the head of an envelope": whole(() => Buffer.of(0, 0, 0)),
  "an envelope without its message": whole((dialect) => good(dialect).subarray(0, 5)),
  "a message cut short": whole((dialect) => good(dialect).subarray(0, -1)),
  "a byte too many": whole((dialect) => Buffer.concat([good(dialect), Buffer.of(0)])),
  "two messages": whole((dialect) => Buffer.concat([good(dialect), good(dialect)])),
  "a message and an empty one": whole((dialect) => Buffer.concat([good(dialect), envelope(Buffer.alloc(0))])),
  "two messages, in two pieces": (dialect) => ({ body: [good(dialect), good(dialect)] }),
  "a message and the trailers of gRPC-web": whole((dialect) =>
    Buffer.concat([good(dialect), headed(0x80, 0, Buffer.alloc(0))]),
  ),
  "an envelope of trailers": flagged(0x80),
  "flags that nobody knows": flagged(0x7e),
  "all flags": flagged(0xff),
  "an end of a Connect stream": flagged(2),
  "flags that nobody knows, in two pieces": (dialect) => {
    const bytes = headed(0x56, goodMessage(dialect).length, goodMessage(dialect));
    return { body: [bytes.subarray(0, -1), bytes.subarray(-1)] };
  },
  "compressed by gzip, in bytes": (dialect) => {
    const bytes = gzipSync(goodMessage(dialect));
    const pieces = [...headed(1, bytes.length, bytes)].map((byte) => Buffer.of(byte));
    return { body: pieces, headers: [["grpc-encoding", "gzip"]] };
  },
  "compressed, it says, in bytes": (dialect) => {
    const bytes = headed(1, goodMessage(dialect).length, goodMessage(dialect));
    return { body: [...bytes].map((byte) => Buffer.of(byte)) };
  },
  "compressed, it says, by nothing": flagged(1),
  "compressed, it says, by identity": flagged(1, [["grpc-encoding", "identity"]]),
  "compressed by gzip": flagged(1, [["grpc-encoding", "gzip"]], true),
  "compressed by gzip, it says": flagged(1, [["grpc-encoding", "gzip"]]),
  "compressed by what nobody has": flagged(1, [["grpc-encoding", "lzma"]]),
  "not compressed, though gzip is said": encoded("gzip", false),
  gzip: encoded("gzip", true),
  "gzip in capitals": encoded("GZIP", true),
  "identity, in so many words": encoded("identity", false),
  "an encoding without a name": encoded("", false),
  "an encoding that nobody has": encoded("br", false),
  "two encodings": encoded("identity, gzip", false),
  "a content-encoding beside the dialect's own": (dialect) => ({
    body: [good(dialect)],
    headers: [[dialect.isEnveloped ? "content-encoding" : "grpc-encoding", "gzip"]],
  }),
  "one byte at a time": (dialect) => ({ body: [...good(dialect)].map((byte) => Buffer.of(byte)) }),
  "in chunks": (dialect) => ({ body: [good(dialect)], framing: "chunked" }),
  "in chunks of a byte": (dialect) => ({
    body: [...good(dialect)].map((byte) => Buffer.of(byte)),
    framing: "chunked",
  }),
  "no body, in chunks": () => ({ body: [], framing: "chunked" }),
  "two messages, in chunks": (dialect) => ({ body: [good(dialect), good(dialect)], framing: "chunked" }),
};

export const SIZES: Readonly<Record<string, OddBody>> = {
  "as large as may be": whole((dialect) => wrap(dialect, sized(dialect, BYTES_MAX))),
  "a byte larger than may be": whole((dialect) => wrap(dialect, sized(dialect, BYTES_MAX + 1))),
  "much larger than may be": whole((dialect) => wrap(dialect, sized(dialect, 2 * BYTES_MAX - 4))),
  "a byte larger than may be, in chunks": (dialect) => ({
    body: [wrap(dialect, sized(dialect, BYTES_MAX + 1))],
    framing: "chunked",
  }),
  "much larger than may be, in pieces": (dialect) => {
    const bytes = wrap(dialect, Buffer.concat(Array(5).fill(sized(dialect, BYTES_MAX))));
    return { body: Array.from({ length: 10 }, (_, i) => bytes.subarray(i * 5_001, (i + 1) * 5_001)) };
  },
  "larger, it says, than may be": whole((dialect) => headed(0, BYTES_MAX + 1, goodMessage(dialect))),
  "4 GiB, it says": whole((dialect) => headed(0, 0xffffffff, goodMessage(dialect))),
  "gzip that grows beyond what may be": (dialect) => {
    const bytes = gzipSync(sized(dialect, BYTES_MAX + 1));
    return dialect.isEnveloped
      ? { body: [headed(1, bytes.length, bytes)], headers: [["grpc-encoding", "gzip"]] }
      : { body: [bytes], headers: [["content-encoding", "gzip"]] };
  },
};

export const MESSAGES: Readonly<Record<string, OddBody>> = {
  "a number that never ends": message(Buffer.alloc(12, 0xff)),
  "a field longer than its message": message(Buffer.of(10, 127, 18)),
  "a name that is no UTF-8": message(Buffer.of(10, 3, 18, 1, 0xff)),
  "groups 1,000 deep": message(Buffer.alloc(1_000, 0x0b)),
  "a field that nobody knows": message(Buffer.of(0x7a, 1, 65)),
  "field number 0": message(Buffer.of(0, 1)),
  "a wire type that nobody has": message(Buffer.of(0x0f)),
  "a field of another type": message(Buffer.of(8, 1)),
  "half a JSON": message('{"jobs":[{"na'),
  "JSON: an array": message("[]"),
  "JSON: null": message("null"),
  "JSON: a number": message("7"),
  "JSON: true": message("true"),
  "JSON: NaN": message("NaN"),
  "JSON: an empty object": message("{}"),
  "JSON: with a space around": message(' \r\n\t{"jobs":[{"id":"a"}]} \n'),
  "JSON: with other letters before": message("\ufeff{}"),
  "JSON: with something after": message("{} {}"),
  "JSON: with a zero after": message("{}\0"),
  "JSON: no UTF-8": message(
    Buffer.from([...Buffer.from('{"jobs":[{"id":"'), 0xff, 0xc0, ...Buffer.from('"}]}')]),
  ),
  "JSON: UTF-16": message(Buffer.from("{}", "utf16le")),
  "JSON: half a letter": message('{"jobs":[{"id":"\\ud800"}]}'),
  "JSON: fields that nobody knows": message('{"colour":"green","jobs":[{"id":"a","x":{}}]}'),
  "JSON: the wrong types": message('{"jobs":{"id":1}}'),
  "JSON: a number for a text": message('{"jobs":[{"id":1}]}'),
  "JSON: a field twice": message('{"jobs":[{"id":"a","id":"b"}]}'),
  "JSON: two payloads": message('{"jobs":[{"json":1,"data":""}]}'),
  "JSON: no base64": message('{"jobs":[{"data":"***"}]}'),
  "JSON: __proto__": message('{"__proto__":{"jobs":[]},"jobs":[{"labels":{"__proto__":"x"}}]}'),
  "JSON: 200 deep": message(`{"jobs":[{"json":${"[".repeat(200)}${"]".repeat(200)}}]}`),
  "JSON: 4,000 deep": message(`{"jobs":[{"json":${"[".repeat(4_000)}${"]".repeat(4_000)}}]}`),
};
