// A retry policy in words: `30 retries, Faktory's backoff`, `3 retries, from 2 s by 2, at most 1 h`.
import type { RetryPolicy } from "../../src/gen/lakh/v1/job_pb.ts";
import { formatMany } from "../format/numbers.ts";
import { formatSpan, spanMsOf } from "../format/times.ts";

/** Delays of a list that are named. */
const DELAYS_SHOWN = 6;

export function retryWords(policy: RetryPolicy | undefined): string {
  if (!policy) return "the server's default";
  const { maxRetries } = policy;
  if (maxRetries === 0) return "none: the first failure is the last";

  const times =
    maxRetries === undefined ? "the server's number of retries" : formatMany(maxRetries, "retry", "retries");
  return `${times}, ${backoffWords(policy)}`;
}

function backoffWords({ backoff }: RetryPolicy): string {
  switch (backoff.case) {
    case undefined:
      return "Faktory's backoff";
    case "fixed":
      return `${span(backoff.value.delay)} apart`;
    case "delays":
      return listWords(backoff.value.delays.map(span));
    case "exponential": {
      const { initial, factor, max, jitter } = backoff.value;
      const most = max ? `, at most ${span(max)}` : "";
      const chance = jitter > 0 ? `, up to ${Math.round(jitter * 100)} % less by chance` : "";
      return `exponential from ${span(initial)} by ${factor || 2}${most}${chance}`;
    }
  }
}

function span(of: Parameters<typeof spanMsOf>[0]): string {
  return formatSpan(spanMsOf(of) ?? 0);
}

function listWords(delays: readonly string[]): string {
  const more = delays.length > DELAYS_SHOWN ? ` … ${delays.at(-1)}` : "";
  return `after ${delays.slice(0, DELAYS_SHOWN).join(", ")}${more}${delays.length > 1 ? "; the last repeats" : " each"}`;
}
