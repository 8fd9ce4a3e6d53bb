// Which unary calls are plain, read off their headers alone: the dialects of the fast path, uncompressed, with a deadline
// that can be kept. Whatever else there is, connect's own handlers answer.
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { parseTimeout as parseConnectTimeout } from "@connectrpc/connect/protocol-connect";
import { parseTimeout as parseGrpcTimeout } from "@connectrpc/connect/protocol-grpc";

/** One way to say a unary call: a protocol and an encoding of messages. */
export interface UnaryDialect {
  readonly protocolName: "grpc" | "grpc-web" | "connect";
  /** Whether messages are protobuf's binary; else they are JSON. */
  readonly binary: boolean;
  /** Whether messages come in envelopes of five bytes: flags, and the length. */
  readonly enveloped: boolean;
  /** The content type of answers. */
  readonly contentType: string;
  /** Names of headers. */
  readonly timeout: string;
  readonly encoding: string;
  readonly acceptEncoding: string;
  readonly parseTimeout: typeof parseGrpcTimeout;
}

const ENVELOPED = {
  enveloped: true,
  timeout: "grpc-timeout",
  encoding: "grpc-encoding",
  acceptEncoding: "grpc-accept-encoding",
  parseTimeout: parseGrpcTimeout,
} as const;

const BARE = {
  protocolName: "connect",
  enveloped: false,
  timeout: "connect-timeout-ms",
  encoding: "content-encoding",
  acceptEncoding: "accept-encoding",
  parseTimeout: parseConnectTimeout,
} as const;

const GRPC = {
  ...ENVELOPED,
  protocolName: "grpc",
  binary: true,
  contentType: "application/grpc+proto",
} as const;
const GRPC_WEB = {
  ...ENVELOPED,
  protocolName: "grpc-web",
  binary: true,
  contentType: "application/grpc-web+proto",
} as const;

/** By the content type as clients write it; one that is written otherwise is not plain. */
const DIALECTS: ReadonlyMap<string, UnaryDialect> = new Map<string, UnaryDialect>([
  ["application/grpc", GRPC],
  ["application/grpc+proto", GRPC],
  ["application/grpc-web", GRPC_WEB],
  ["application/grpc-web+proto", GRPC_WEB],
  ["application/proto", { ...BARE, binary: true, contentType: "application/proto" }],
  ["application/json", { ...BARE, binary: false, contentType: "application/json" }],
]);

/** What the headers of a plain call say. */
export interface PlainCall {
  readonly dialect: UnaryDialect;
  /** How long the client waits, in milliseconds from now. */
  readonly timeoutMs: number | undefined;
  /** The encodings that the client can read, as it wrote them. */
  readonly acceptEncoding: string | null;
  /** How many bytes the client says it sends. */
  readonly contentLength: number | undefined;
}

/** Undefined when the call is not plain. Nothing of the request is read but its headers. */
export function plainCall(request: IncomingMessage, deadlineMsMax: number): PlainCall | undefined {
  const { headers } = request;
  const dialect = request.method === "POST" ? DIALECTS.get(headers["content-type"] ?? "") : undefined;
  if (!dialect || (dialect === GRPC && request.httpVersionMajor < 2)) return undefined;
  const encoding = headerOf(headers, dialect.encoding);
  if (encoding !== null && encoding !== "identity") return undefined;
  const { timeoutMs, error } = dialect.parseTimeout(headerOf(headers, dialect.timeout), deadlineMsMax);
  if (error || !URL.canParse(`http://${authorityOf(headers)}`)) return undefined;

  const length = headers["content-length"];
  const acceptEncoding = headerOf(headers, dialect.acceptEncoding);
  return {
    dialect,
    timeoutMs,
    acceptEncoding,
    contentLength: length === undefined ? undefined : Number(length),
  };
}

/** The host that the client calls; empty when it does not say. */
export function authorityOf(headers: IncomingHttpHeaders): string {
  return headerOf(headers, ":authority") ?? headers.host ?? "";
}

/** A header that was sent more than once counts as a list, as in the Headers of the web. */
function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : (value ?? null);
}
