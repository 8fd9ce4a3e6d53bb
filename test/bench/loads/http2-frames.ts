// The few frames of HTTP/2 (RFC 9113) that a lean caller writes and reads, and header fields in the plainest form that
// HPACK (RFC 7541) has: literals that no table remembers.

export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
export const FRAME = {
  data: 0,
  headers: 1,
  resetStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
} as const;
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4 } as const;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

const HEAD = 9;

export function frameBytes({ type, flags, stream, payload }: Frame): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes.writeUInt8(type, 3);
  bytes.writeUInt8(flags, 4);
  bytes.writeUInt32BE(stream, 5);
  payload.copy(bytes, HEAD);
  return bytes;
}

export function windowUpdate(bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return frameBytes({ type: FRAME.windowUpdate, flags: 0, stream: 0, payload });
}

/** Cuts what arrives into frames. */
export class FrameReader {
  #left: Buffer = Buffer.alloc(0);

  /** Calls with each frame that is whole; its payload is a view that holds until the next chunk. */
  read(chunk: Buffer, heard: (frame: Frame) => void): void {
    const bytes = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk]);
    let at = 0;
    while (bytes.length - at >= HEAD) {
      const end = at + HEAD + bytes.readUIntBE(at, 3);
      if (bytes.length < end) break;
      const stream = bytes.readUInt32BE(at + 5) & 0x7fff_ffff;
      const payload = bytes.subarray(at + HEAD, end);
      heard({ type: bytes[at + 3] ?? 0, flags: bytes[at + 4] ?? 0, stream, payload });
      at = end;
    }
    this.#left = bytes.subarray(at);
  }
}

/** Fields of a request. Names and values are shorter than 127 bytes. */
export function headerBlock(fields: Readonly<Record<string, string>>): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]),
  );
}

/** Whether a block of response headers begins with `:status` 200, which is entry 8 of HPACK's static table. */
export function isOk(block: Buffer): boolean {
  let at = 0;
  while (((block[at] ?? 0) & 0xe0) === 0x20) at++; // the size of the dynamic table, which we never use
  return block[at] === 0x88;
}
