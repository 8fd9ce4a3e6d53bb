// A call may be answered before its request has come in whole: it was too large, or refused at its first words. The
// rest must not stay where it is. Over HTTP/1.1 the connection would go back to its client's pool with half a request
// in it, and the next call on it would never be heard; over HTTP/2 the stream would stay open, full, for as long as
// the connection; and in both the port could not close. So the rest is read and forgotten, for a while.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerHttp2Stream } from "node:http2";

/** The body of the request. Who stops reading leaves the request as it is: Node would destroy it, half read. */
export function bodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false });
}

function forget(): void {}

/**
 * Once the response is out, discards what is left of the request. A client that has not ended it in time is cut off:
 * over HTTP/2 by RST_STREAM NO_ERROR (RFC 9113, 8.1), over HTTP/1.1 with the connection.
 */
export function discardUnread(
  request: IncomingMessage,
  response: ServerResponse & { readonly stream?: ServerHttp2Stream },
  patienceMs: number,
): void {
  // In HTTP/2 the response says that it has finished only when the request has, too.
  const { stream } = response;
  (stream ?? response).once("finish", () => {
    if (request.readableEnded || request.destroyed) return;

    const cutOff = setTimeout(() => (stream ?? request.socket).destroy(), patienceMs);
    for (const event of ["end", "close"]) request.once(event, () => clearTimeout(cutOff));
    // A reader that was left waiting for more would keep it from flowing, and its end from being told; and when such a
    // reader goes, only what has a listener for its data flows on.
    request.removeAllListeners("readable").on("data", forget).resume();
  });
}
