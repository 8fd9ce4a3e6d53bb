// Makes job ids on the producer's side, so that an enqueue whose outcome is unknown can be repeated safely.
import { randomFillSync } from "node:crypto";

let lastMs = 0;
let counter = 0;
const pool = new Uint8Array(4096);
let used = pool.length;

/**
 * A UUIDv7 (RFC 9562, section 5.7). Ids made by one process sort in the order they were made: a 12-bit counter follows
 * the millisecond (section 6.2, method 1), and when it is used up the millisecond runs ahead of the clock.
 */
export function newJobId(): string {
  advance(Date.now());
  const head = lastMs.toString(16).padStart(12, "0");
  const tail = randomBytes(8);
  const variant = (0x80 | ((tail[0] ?? 0) & 0x3f)).toString(16);
  const rest = Buffer.from(tail.buffer, tail.byteOffset + 1, 7).toString("hex");
  const count = counter.toString(16).padStart(3, "0");
  return `${head.slice(0, 8)}-${head.slice(8)}-7${count}-${variant}${rest.slice(0, 2)}-${rest.slice(2)}`;
}

function advance(nowMs: number): void {
  if (nowMs <= lastMs && counter < 0xfff) {
    counter += 1;
    return;
  }
  lastMs = Math.max(nowMs, lastMs + 1);
  // A start in the lower half leaves room to count.
  const [high = 0, low = 0] = randomBytes(2);
  counter = ((high & 0x07) << 8) | low;
}

/** Drawn from a pool, because asking the system for each id costs more than the rest of making it. */
function randomBytes(count: number): Uint8Array {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}
