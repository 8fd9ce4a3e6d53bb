// Every way in which a handler can end a unary call, by name: what it may answer, throw, set and read.
import { create } from "@bufbuild/protobuf";
import { DurationSchema, ValueSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { requestIdKey } from "../../../src/rpc/interceptors.ts";
import { StoreFault } from "../../../src/store/store.ts";
import type { Answer, Ending } from "./scripted-port.ts";

const codes = Object.entries(Code).filter((entry): entry is [string, Code] => typeof entry[1] === "number");

const detail = { desc: DurationSchema, value: { seconds: 5n, nanos: 1 } } as const;
const otherDetail = {
  desc: ValueSchema,
  value: create(ValueSchema, { kind: { case: "stringValue", value: "a" } }),
} as const;
/** As one has it who read it from the wire, and does not know what it is. */
const unknownDetail = { type: "acme.Nobody", value: Uint8Array.of(8, 1), debug: { says: "what" } };

function throws(error: () => unknown): Ending {
  return async () => {
    throw error();
  };
}

function refuses(message: string, ...rest: Partial<RestOfError>): Ending {
  return throws(() => new ConnectError(message, ...rest));
}

type RestOfError = ConstructorParameters<typeof ConnectError> extends [string, ...infer R] ? R : never;

const ok: Answer = { jobs: [{ id: "ok" }] };

function sets(set: (context: HandlerContext) => void, answer: Answer = ok): Ending {
  return (_request, context) => {
    set(context);
    return answer;
  };
}

function setsAndThrows(set: (context: HandlerContext) => void): Ending {
  return (_request, context) => {
    set(context);
    throw new ConnectError("after all", Code.Aborted, { "x-of-error": "e" });
  };
}

const metadata = new Headers([
  ["x-word", "one"],
  ["x-word", "two"],
  ["retry-after", "1"],
  ["x-data-bin", "AAEC/w"],
  ["x-empty", ""],
]);

/** What connect keeps for itself: errors may not set these. */
const protocolMetadata = new Headers([
  ["content-type", "text/html"],
  ["content-length", "7"],
  ["content-encoding", "gzip"],
  ["accept-encoding", "gzip"],
  ["grpc-status", "0"],
  ["grpc-message", "all is well"],
  ["grpc-status-details-bin", "AAAA"],
  ["grpc-encoding", "gzip"],
  ["connect-protocol-version", "7"],
  ["trailer-x", "y"],
  ["te", "trailers"],
  ["host", "elsewhere"],
  ["user-agent", "nobody"],
]);

export const REFUSALS: Readonly<Record<string, Ending>> = {
  ...Object.fromEntries(codes.map(([name, code]) => [`code ${name}`, refuses(`it is ${name}`, code)])),
  "a code that does not exist": refuses("what?", 99 as Code),
  "no words": refuses("", Code.Aborted),
  "words with signs": refuses("jobs[0].name: a%b 100% <&> \"'\\ ?#/+,;=@~|^`{}", Code.InvalidArgument),
  "words in many scripts": refuses("größer als 5 €, 日本語, 🦊, \u{1F468}\u200D\u{1F469}", Code.NotFound),
  "words with line ends and zeros": refuses("one\r\ntwo\n\ttab\0zero\x7fdelete", Code.Internal),
  "words with half a letter": refuses("half \ud800 letter", Code.Internal),
  "words that look encoded": refuses("%41%zz%E4%", Code.Internal),
  "1,000 words": refuses("word ".repeat(1_000), Code.OutOfRange),
  "one detail": refuses("see", Code.FailedPrecondition, undefined, [detail]),
  "three details": refuses("see", Code.FailedPrecondition, undefined, [detail, otherDetail, detail]),
  "a detail that nobody knows": throws(() => {
    const error = new ConnectError("see", Code.FailedPrecondition);
    error.details.push(unknownDetail);
    return error;
  }),
  metadata: refuses("later", Code.Unavailable, metadata),
  "metadata and details": refuses("later", Code.Unavailable, metadata, [detail]),
  "metadata of the protocol": refuses("later", Code.Unavailable, protocolMetadata),
  "a cause": refuses("known", Code.Unknown, undefined, undefined, new Error("secret")),
  "an error that came from elsewhere": throws(() =>
    ConnectError.from(new ConnectError("far", Code.DataLoss)),
  ),
  "a refusal that was read from a wire": throws(() => {
    const error = new ConnectError("far", Code.DataLoss, metadata, [detail]);
    return Object.assign(error, { isWireError: true });
  }),
  "headers and trailers, and then a refusal": setsAndThrows(({ responseHeader, responseTrailer }) => {
    responseHeader.set("x-head", "h");
    responseTrailer.set("x-trail", "t");
    responseTrailer.append("x-of-error", "mine");
  }),
  "a store that is full": throws(() => new StoreFault("full", "SQL", new Error("disk"))),
  "a store that is closed": throws(() => new StoreFault("closed", "SQL", new Error("disk"))),
  "a damaged job": throws(() => new StoreFault("damaged", "SQL", new Error("disk"))),
};

/** Not here: to throw undefined. connect takes that for success over gRPC, and the fast path for the fault that it is. */
export const FAULTS: Readonly<Record<string, Ending>> = {
  "an error": throws(() => new Error("secret of /srv")),
  "a text": throws(() => "secret"),
  null: throws(() => null),
  "an AbortError": throws(() => new DOMException("gone", "AbortError")),
  "an error before the first promise": () => {
    throw new TypeError("secret");
  },
  "an answer that is none": () => undefined as unknown as Answer,
  "an answer of the wrong kind": () => ({ jobs: [{ id: 7 }] }) as unknown as Answer,
  "an answer with half a letter": () => ({ jobs: [{ id: "\ud800" }] }),
  "an answer with a number out of range": () => ({ jobs: [{ state: 2 ** 40 }] }) as unknown as Answer,
};

export const ANSWERS: Readonly<Record<string, Ending>> = {
  "an empty answer": () => ({}),
  "a large answer": () => ({
    jobs: Array.from({ length: 1_000 }, (_, i) => ({ id: `job ${i} `.repeat(10) })),
  }),
  "an answer in many scripts": () => ({ jobs: [{ id: "größer 日本語 🦊 \0" }] }),
  "an answer that comes later": async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return ok;
  },
  "headers and trailers": sets(({ responseHeader, responseTrailer }) => {
    responseHeader.set("X-Head", "h");
    responseHeader.append("x-twice", "a");
    responseHeader.append("x-twice", "b");
    responseHeader.set("x-data-bin", "AAEC/w");
    responseTrailer.set("X-Trail", "t");
    responseTrailer.append("x-twice", "a");
    responseTrailer.append("x-twice", "b");
    responseTrailer.set("x-data-bin", "AAEC/w");
  }),
  "letters beyond ASCII in headers": sets(({ responseHeader, responseTrailer }) => {
    responseHeader.set("x-head", "gr\u00fcn");
    responseTrailer.set("x-trail", "gr\u00fcn");
  }),
  cookies: sets(({ responseHeader }) => {
    responseHeader.append("set-cookie", "a=1; Path=/");
    responseHeader.append("set-cookie", "b=2");
  }),
  "headers of the protocol": sets(({ responseHeader }) => {
    responseHeader.set("content-type", "text/html");
    responseHeader.set("x-powered-by", "us");
  }),
  "a status of its own in the trailers": sets(({ responseTrailer }) => {
    responseTrailer.set("grpc-status", "7");
    responseTrailer.set("grpc-message", "a%20%25 b");
  }),
  "no content type": sets(({ responseHeader }) => responseHeader.delete("content-type")),
  "no status": sets(({ responseTrailer }) => responseTrailer.delete("grpc-status")),
  "a length of its own": sets(({ responseHeader }) => responseHeader.set("content-length", "3")),
  "a header that HTTP/2 has not": sets(({ responseHeader }) => responseHeader.set("connection", "close")),
  "a header that HTTP/1.1 has not beside a length": sets(({ responseHeader }) =>
    responseHeader.set("trailer", "x"),
  ),
  "a coding of its own": sets(({ responseHeader }) => responseHeader.set("content-encoding", "br")),
  "what it was told of the call": (_request, context) => ({
    jobs: [{ id: JSON.stringify(toldOf(context)) }],
  }),
};

function toldOf(context: HandlerContext) {
  const left = context.timeoutMs();
  return {
    service: context.service.typeName,
    method: context.method.name,
    protocol: context.protocolName,
    verb: context.requestMethod,
    url: context.url,
    headers: [...context.requestHeader],
    // connect says before the handler runs how the answer will be compressed, the fast path after it.
    responseHeader: [...context.responseHeader].filter(([name]) => name !== "grpc-encoding"),
    responseTrailer: [...context.responseTrailer],
    hasRequestId: context.values.get(requestIdKey) !== "",
    isAborted: context.signal.aborted,
    hasDeadline: left !== undefined,
  };
}
