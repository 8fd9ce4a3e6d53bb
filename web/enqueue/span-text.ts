// Spans as people write them: `90`, `30 s`, `1h 30m`, `250ms`.

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  sec: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 31_536_000_000,
};
const PART = /(\d+(?:\.\d+)?)\s*([a-z]*)\s*/giy;

/** Milliseconds, rounded; a number alone is seconds. Undefined when it is no span. */
export function readSpan(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;

  let ms = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < trimmed.length) {
    const [, count, unit] = PART.exec(trimmed) ?? [];
    const size = UNITS[(unit || "s").toLowerCase()];
    if (count === undefined || size === undefined) return undefined;
    ms += Number(count) * size;
  }
  return Math.round(ms);
}

const PRINTED = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/** Exact, so that `readSpan` reads the same: `1h 30m`, `0`. */
export function printSpan(ms: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.round(ms));
  for (const [unit, size] of PRINTED) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join(" ") || "0";
}
