// Peers of a port that speak bytes and frames instead of RPCs: what misbehaves cannot use a well-behaved client.
import { type EventEmitter, once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The HTTP/2 preface and an empty SETTINGS frame: all that a session needs to begin. */
export const http2Hello = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");

/** A TCP connection that remembers what it heard, and does not mind being cut off. */
export class Peer {
  readonly socket: Socket;
  heard = "";

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk) => {
      this.heard += chunk.toString("latin1");
    });
  }

  async hears(text: string): Promise<string> {
    while (!this.heard.includes(text)) {
      if (this.socket.destroyed) throw new Error(`closed after ${JSON.stringify(this.heard)}`);
      await Promise.race([once(this.socket, "data"), once(this.socket, "close")]);
    }
    return this.heard;
  }
}

export async function openPeer(port: number, bytes: string | Uint8Array = ""): Promise<Peer> {
  const peer = new Peer(port);
  await once(peer.socket, "connect");
  if (bytes.length > 0) peer.socket.write(bytes);
  return peer;
}

/** An HTTP/2 session in cleartext that knows the server's settings, and so is held to them. */
export async function openSession(port: number): Promise<ClientHttp2Session> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  await once(session, "remoteSettings");
  return session;
}

/** A gRPC call whose request is still open. */
export function openCall(session: ClientHttp2Session, path: string, headers = {}): ClientHttp2Stream {
  const fixed = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
  const stream = session.request({ ...fixed, ...headers });
  stream.on("error", () => {});
  return stream;
}

/** One gRPC message, uncompressed, in its envelope of five bytes. */
export function envelope(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Waits for the end, whichever way it comes: `once` would reject when an error comes first. */
export function untilClosed(peer: EventEmitter & { destroyed: boolean }): Promise<void> {
  return new Promise((resolve) => {
    if (peer.destroyed) resolve();
    else peer.once("close", () => resolve());
  });
}

/** How many milliseconds it took until the peer was closed; Infinity if it is still open after `patienceMs`. */
export async function closedAfter(
  peer: EventEmitter & { destroyed: boolean },
  patienceMs: number,
): Promise<number> {
  const since = performance.now();
  const over = new AbortController();
  const patience = sleep(patienceMs, true, { signal: over.signal }).catch(() => false);
  const stillOpen = await Promise.race([untilClosed(peer).then(() => false), patience]);
  over.abort();
  return stillOpen ? Number.POSITIVE_INFINITY : performance.now() - since;
}
