// Ids that the server makes: UUIDv7 (RFC 9562, 5.7), so that they sort by time and land side by side in an index.
import type { Clock } from "./clock.ts";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A new UUIDv7: 48 bits of milliseconds, 74 random bits. */
export function newUuid(clock: Clock): string {
  const bytes = clock.randomBytes();
  const time = clock.now().toString(16).padStart(12, "0");
  const hex = (from: number, to: number) => {
    let text = "";
    for (let i = from; i < to; i++) text += HEX[bytes[i] ?? 0];
    return text;
  };
  const version = HEX[0x70 | ((bytes[0] ?? 0) & 0x0f)];
  const variant = HEX[0x80 | ((bytes[2] ?? 0) & 0x3f)];
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}${hex(1, 2)}-${variant}${hex(3, 4)}-${hex(4, 10)}`;
}
