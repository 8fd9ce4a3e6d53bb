// `--spread 10m` and `--rate 50/s`: how jobs that are brought back come back one after the other.
import { Complaint } from "../server/complaint.ts";
import type { CommandLine, FlagShapes } from "../server/flags.ts";
import { span } from "../server/setting-kinds.ts";
import { one } from "./common-flags.ts";

/** Their shapes. */
export const spreadFlags = {
  spread: { takes: "value" },
  rate: { takes: "value" },
} as const satisfies FlagShapes;

/** What was asked for: a span, or a rate from which one follows once the jobs are counted. */
export interface Spread {
  readonly spreadMs: number | undefined;
  readonly perSecond: number | undefined;
}

const spreadMsMax = 7 * 86_400_000;
const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** Reads them. @throws {Complaint} */
export function readSpread(line: CommandLine): Spread {
  const [spread, rate] = [one(line, "spread"), one(line, "rate")];
  if (spread !== undefined && rate !== undefined) {
    throw new Complaint("--spread and --rate are both given", "Keep one of them.");
  }

  return {
    spreadMs: spread === undefined ? undefined : span("0", "7d").read([spread]),
    perSecond: rate === undefined ? undefined : readRate(rate),
  };
}

/** Over how long so many jobs are spread; undefined: all at once. @throws {Complaint} when that is over 7 days */
export function spreadOf({ spreadMs, perSecond }: Spread, jobs: number | undefined): number | undefined {
  if (perSecond === undefined || jobs === undefined) return spreadMs;

  const neededMs = Math.ceil((jobs / perSecond) * 1_000);
  if (neededMs <= spreadMsMax) return neededMs;
  const why = `at that rate ${jobs} jobs take more than 7 days`;
  throw new Complaint(why, `Write a rate of at least ${Math.ceil(jobs / (7 * 24))}/h, or take fewer jobs.`);
}

function readRate(text: string): number {
  const { count, unit = "" } = /^(?<count>\d+(?:\.\d+)?)\/(?<unit>[smh])$/.exec(text)?.groups ?? {};
  if (count === undefined || !(Number(count) > 0)) {
    throw new Complaint(`"${text}" is no rate`, "Write 50/s, 100/m or 1000/h.");
  }
  return Number(count) / (seconds[unit] ?? 1);
}
