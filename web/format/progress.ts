// How much of how much: in full as long as it is short, and in millions where nobody reads the digits.
import { formatCount } from "./numbers.ts";

const MILLION = 1_000_000;

/** `2.1 of 10 million`, `48 000 of 120 000`. */
export function formatProgress(done: bigint, all: bigint): string {
  if (all < MILLION) return `${formatCount(done)} of ${formatCount(all)}`;

  return `${inMillions(done)} of ${inMillions(all)} million`;
}

function inMillions(count: bigint): string {
  const millions = Number(count) / MILLION;
  return millions < 100 ? String(Math.floor(millions * 10) / 10) : formatCount(Math.floor(millions));
}
