// The answer to a unary call. A message and nothing else is written in one piece; where there is more to say, an error,
// metadata or compression, connect's own helpers find the words and its writer sends them.
import type { OutgoingHttpHeaders } from "node:http";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type Compression,
  createAsyncIterable,
  encodeEnvelope,
  envelopeCompress,
  mergeNonProtocolHeaders,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { codeToHttpStatus, errorToJsonBytes, trailerMux } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerFlag, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";
import { ENVELOPE_BYTES } from "./message-reading.ts";
import type { RawResponse, UnaryCall } from "./unary-call.ts";

/** How a call ended: with a message, encoded already, or with an error. */
export type UnaryOutcome = { readonly bytes: Uint8Array } | { readonly error: unknown };

/** Which compression the client can read, and from how many bytes on it pays. */
export interface AnswerCompression {
  readonly compression: Compression | null;
  readonly bytesMin: number;
}

const OK_TRAILER = { "grpc-status": "0" };
const OK_TRAILER_FRAME = encodeEnvelope(trailerFlag, trailerSerialize(new Headers(OK_TRAILER)));

/** Writes a message that is not compressed, on a call without metadata. */
export function writeMessage(call: UnaryCall, bytes: Uint8Array, compression: Compression | null): void {
  const { dialect, response } = call.parts;
  const { contentType, protocolName } = dialect;
  switch (protocolName) {
    case "connect":
      write(response, { "content-length": bytes.length, "content-type": contentType }, bytes);
      return;
    case "grpc":
      response.addTrailers(OK_TRAILER);
      write(response, envelopedHeaders(contentType, compression), frame(bytes, 0));
      return;
    case "grpc-web":
      write(response, envelopedHeaders(contentType, compression), withTrailer(bytes));
  }
}

/** Past the layer that makes HTTP/2 look like HTTP/1.1, where there is one: it costs a fifth of a whole call. */
function write(response: RawResponse, headers: OutgoingHttpHeaders, body: Uint8Array): void {
  const { stream } = response;
  if (!stream) {
    response.writeHead(200, headers);
    response.end(body);
    return;
  }
  // That layer hears that trailers are wanted, and sends those that were added.
  stream.respond({ ":status": 200, ...response.getHeaders(), ...headers }, { waitForTrailers: true });
  stream.end(body);
}

function envelopedHeaders(contentType: string, compression: Compression | null): OutgoingHttpHeaders {
  if (!compression) return { "content-type": contentType };

  return { "content-type": contentType, "grpc-encoding": compression.name };
}

function withTrailer(bytes: Uint8Array): Buffer {
  const framed = frame(bytes, OK_TRAILER_FRAME.length);
  framed.set(OK_TRAILER_FRAME, ENVELOPE_BYTES + bytes.length);
  return framed;
}

/** The message in its envelope, and room for more behind it. */
function frame(bytes: Uint8Array, moreBytes: number): Buffer {
  const framed = Buffer.allocUnsafe(ENVELOPE_BYTES + bytes.length + moreBytes);
  framed[0] = 0;
  framed.writeUInt32BE(bytes.length, 1);
  framed.set(bytes, ENVELOPE_BYTES);
  return framed;
}

/** The answer in connect's words, with all that may belong to one. */
export async function fullAnswer(
  call: UnaryCall,
  outcome: UnaryOutcome,
  compressing: AnswerCompression,
): Promise<UniversalServerResponse> {
  return call.parts.dialect.enveloped
    ? envelopedAnswer(call, outcome, compressing)
    : bareAnswer(call, outcome, compressing);
}

async function envelopedAnswer(
  call: UnaryCall,
  outcome: UnaryOutcome,
  { compression, bytesMin }: AnswerCompression,
): Promise<UniversalServerResponse> {
  const { responseHeader: header, responseTrailer: trailer, parts } = call;
  if (compression) header.set("grpc-encoding", compression.name);
  if ("error" in outcome) setTrailerStatus(trailer, asConnectError(outcome.error));
  const isWeb = parts.dialect.protocolName === "grpc-web";
  const envelopes = [
    ...("bytes" in outcome ? [{ flags: 0, data: outcome.bytes }] : []),
    ...(isWeb ? [{ flags: trailerFlag, data: trailerSerialize(trailer) }] : []),
  ];
  const body: Uint8Array[] = [];
  for (const envelope of envelopes) {
    const { flags, data } = await envelopeCompress(envelope, compression, bytesMin);
    body.push(encodeEnvelope(flags, data));
  }
  return { status: 200, header, body: createAsyncIterable(body), ...(!isWeb && { trailer }) };
}

async function bareAnswer(
  call: UnaryCall,
  outcome: UnaryOutcome,
  { compression, bytesMin }: AnswerCompression,
): Promise<UniversalServerResponse> {
  const { responseHeader } = call;
  let status = 200;
  let body: Uint8Array;
  if ("bytes" in outcome) {
    body = outcome.bytes;
  } else {
    const error = asConnectError(outcome.error);
    status = codeToHttpStatus(error.code);
    responseHeader.set("content-type", "application/json");
    // Of an error that another server sent, its metadata is between us and that server.
    if (!error.isWireError) mergeNonProtocolHeaders(responseHeader, error.metadata);
    body = errorToJsonBytes(error, undefined);
  }
  if (compression && body.length >= bytesMin) {
    body = await compression.compress(body);
    responseHeader.set("content-encoding", compression.name);
  }
  const header = trailerMux(responseHeader, call.responseTrailer);
  header.set("content-length", String(body.length));
  return { status, header, body: createAsyncIterable([body]) };
}

/** What is no ConnectError is a fault, and nobody's business. */
export function asConnectError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;

  return new ConnectError("internal error", Code.Internal, undefined, undefined, error);
}
