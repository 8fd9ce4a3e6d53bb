// A bare gRPC client over node:http2: the least that a client can cost, so that the server is what is measured.
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";

/** A message in its gRPC envelope. */
export function envelope(message: Uint8Array): Buffer {
  const framed = Buffer.alloc(5 + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, 5);
  return framed;
}

export function openSession(url: string): ClientHttp2Session {
  const session = connect(url, { settings: { initialWindowSize: 4 << 20 } });
  session.on("connect", () => session.setLocalWindowSize(16 << 20));
  return session;
}

export function openCall(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  return session.request(
    { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" },
    { endStream: false },
  );
}

/** Calls with each message of the stream, without its envelope. Throws when the call ends with an error. */
export async function readMessages(
  call: ClientHttp2Stream,
  heard: (message: Buffer) => boolean,
): Promise<void> {
  let left: Buffer = Buffer.alloc(0);
  call.on("trailers", ({ "grpc-status": status, "grpc-message": message }) => {
    if (status !== undefined && status !== "0") call.destroy(new Error(`grpc-status ${status}: ${message}`));
  });
  for await (const chunk of call) {
    left = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    while (left.length >= 5) {
      const end = 5 + left.readUInt32BE(1);
      if (left.length < end) break;
      const message = left.subarray(5, end);
      left = left.subarray(end);
      if (heard(message)) return;
    }
  }
}

/** Resolves when the stream takes more. */
export function writable(call: ClientHttp2Stream): Promise<void> | undefined {
  if (!call.writableNeedDrain) return undefined;

  return new Promise((resolve) => call.once("drain", resolve));
}
