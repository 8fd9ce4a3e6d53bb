// What tells that the disk changed a job: SQLite does not checksum its pages.
import { crc32 } from "node:zlib";

/** CRC-32 (that of zlib and of RFC 1952) over id, name and payload. */
export function checksum(id: string, name: string, payload: Uint8Array): number {
  return crc32(payload, ofText(name, ofText(id, 0)));
}

// Ids and names are short and of ASCII alone, and a call out of JavaScript costs more than they do.
function ofText(text: string, before: number): number {
  let crc = ~before;
  for (let i = 0; i < text.length; i++) {
    crc = (REMAINDERS[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** Of each byte, divided by the polynomial; RFC 1952, section 8. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? 0xed_b8_83_20 ^ (remainder >>> 1) : remainder >>> 1;
  }
  return remainder;
});
