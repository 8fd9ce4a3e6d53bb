// Over which time many retries are divided, as a person says it: a span, or so many a second.

/** As RetryJobsRequest.spread allows. */
export const SPREAD_MS_MAX = 7 * 86_400_000;

export interface SpreadChoice {
  readonly is: "at_once" | "over" | "rate";
  /** Minutes, or jobs a second, as somebody typed it. */
  readonly typed: string;
}

/** Milliseconds; 0 is at once. Or what is wrong with it. */
export type SpreadRead = { readonly ms: number } | { readonly wrong: string };

export function readSpread({ is, typed }: SpreadChoice, count: bigint): SpreadRead {
  if (is === "at_once") return { ms: 0 };
  const number = Number(typed.trim().replace(",", "."));
  if (typed.trim() === "" || !(number > 0)) return { wrong: "Write a number above 0." };

  const ms = is === "over" ? number * 60_000 : (Number(count) / number) * 1_000;
  if (ms <= SPREAD_MS_MAX) return { ms: Math.ceil(ms) };
  if (is === "over") return { wrong: "At most 7 days, which is 10080 minutes." };
  const least = Math.ceil((Number(count) / SPREAD_MS_MAX) * 1_000 * 100) / 100;
  return { wrong: `That takes longer than 7 days. At least ${least} a second.` };
}
