// Tells which protocol a new connection speaks, from its first bytes, and leaves those bytes unread.
// Three bytes decide: a TLS handshake opens with 0x16, and no HTTP method starts with "PRI", which RFC 9113
// (section 3.4) keeps for the preface of HTTP/2.
import type { Socket } from "node:net";

/** What a connection turned out to speak. */
export type WireProtocol = "tls" | "http2" | "http1";

const tlsHandshake = 0x16;
const preface = "PRI";

/** Which protocol opens with these bytes; undefined as long as they could still be either HTTP. */
export function protocolOf(bytes: Uint8Array): WireProtocol | undefined {
  if (bytes[0] === tlsHandshake) return "tls";

  const shown = String.fromCharCode(...bytes.subarray(0, preface.length));
  if (shown === preface) return "http2";
  return preface.startsWith(shown) ? undefined : "http1";
}

/**
 * Calls `decided` once, when the socket has shown its protocol; what was read is put back for the next reader.
 * A peer that ends, fails, or stays silent for `timeoutMs` is destroyed instead.
 */
export function sniffProtocol(
  socket: Socket,
  timeoutMs: number,
  decided: (protocol: WireProtocol) => void,
): void {
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(giveUp, timeoutMs);
  socket.on("readable", look).on("end", giveUp).on("error", giveUp).on("close", stopLooking);

  function look(): void {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const protocol = protocolOf(seen);
    if (protocol === undefined) return;

    stopLooking();
    socket.unshift(seen);
    decided(protocol);
  }

  function stopLooking(): void {
    clearTimeout(timer);
    socket.off("readable", look).off("end", giveUp).off("error", giveUp).off("close", stopLooking);
  }

  function giveUp(): void {
    socket.destroy();
  }
}
