// Response headers that leave before the handler has anything to say.
//
// Headers usually wait for the first message. Streams of lakh.v1 therefore open with a hello; the original's Join
// has none to send, and its workers (tonic) wait for the headers before they read. So these go out at once.
import type {
  UniversalHandler,
  UniversalServerRequest,
  UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { parseContentType } from "@connectrpc/connect/protocol-grpc";

/** Whether the call is native gRPC, where the headers are known beforehand: 200, whatever becomes of the call. */
export function wantsEarlyHeaders(request: UniversalServerRequest): boolean {
  const isGrpc = parseContentType(request.header.get("content-type")) !== undefined;
  return isGrpc && request.method === "POST" && !request.httpVersion.startsWith("1.");
}

/**
 * Calls the handler only after the response headers are on their way. Headers that the handler or the gate sets
 * afterwards are lost; trailers are not, and the status is among them. Messages are sent uncompressed, because
 * the headers would have had to name the compression.
 */
export function withEarlyHeaders(
  handler: UniversalHandler,
  request: UniversalServerRequest,
): UniversalServerResponse {
  request.header.set("grpc-accept-encoding", "identity");
  const type = parseContentType(request.header.get("content-type"));
  const trailer = new Headers();
  return {
    status: 200,
    header: new Headers({
      "content-type": type?.binary ? "application/grpc+proto" : "application/grpc+json",
    }),
    body: emptyThenAnswer(handler, request, trailer),
    trailer,
  };
}

// The adapter writes the head with the first chunk, which may be empty, and reads the trailers after the last.
async function* emptyThenAnswer(
  handler: UniversalHandler,
  request: UniversalServerRequest,
  trailer: Headers,
): AsyncIterable<Uint8Array> {
  yield new Uint8Array();
  const response = await handler(request);
  if (response.body) yield* response.body;
  for (const [name, value] of response.trailer ?? []) trailer.append(name, value);
}
