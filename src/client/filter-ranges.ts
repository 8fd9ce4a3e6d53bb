// The ranges of a filter: instants and spans of time, and numbers, as they are written and as they are sent.
import { create } from "@bufbuild/protobuf";
import { type Timestamp, TimestampSchema, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type NumberRange,
  NumberRangeSchema,
  type TimeRange,
  TimeRangeSchema,
} from "../gen/lakh/v1/filter_pb.ts";
import { FilterError, type Value } from "./filter-terms.ts";

/** What a span such as `1h` counts from, and which way: an hour ago, or in an hour. */
export interface Reckoning {
  readonly now: number;
  readonly direction: "ago" | "ahead";
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
};
const INSTANT =
  /^(?<day>\d{4}-\d{2}-\d{2})(?:T(?<time>\d{2}:\d{2}(?::\d{2})?)(?:\.(?<fraction>\d{1,9}))?(?<zone>Z|[+-]\d{2}:\d{2})?)?$/;
/** The last second of the year 9999, with which a Timestamp ends. */
const SECONDS_MAX = 253_402_300_799;
const INT32_MAX = 2 ** 31 - 1;

/** An instant: a span from now, or a time, UTC unless it says otherwise. @throws {FilterError} */
export function readInstant(value: Value, text: string, reckoning: Reckoning): Timestamp {
  const spanMs = spanMsOf(text);
  if (spanMs !== undefined) {
    const ms = reckoning.direction === "ago" ? reckoning.now - spanMs : reckoning.now + spanMs;
    return timestampFromMs(Math.min(Math.max(ms, 0), SECONDS_MAX * 1_000));
  }
  const { day, time = "00:00", fraction = "", zone = "Z" } = INSTANT.exec(text)?.groups ?? {};
  const seconds = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`) / 1_000;
  if (!(seconds >= 0 && seconds <= SECONDS_MAX)) {
    const why = text === "" ? "a time is missing" : `"${text}" is neither a span nor a time`;
    throw new FilterError(value, why, "Write 90s, 30m, 24h, 7d, or 2026-11-01T08:00:00Z.");
  }

  return create(TimestampSchema, { seconds: BigInt(seconds), nanos: Number(fraction.padEnd(9, "0")) });
}

/**
 * `<A`, `>=A`, `A..B`. Spans that count back from now go the other way: `>2d` is more than two days ago, and `1h..2d`
 * between two days ago and an hour ago.
 *
 * @throws {FilterError}
 */
export function readTimeRange(value: Value, reckoning: Reckoning): TimeRange {
  const [from, to] = value.text.split("..");
  if (from !== undefined && to !== undefined) {
    const isBackwards = isAgo(from, reckoning) && isAgo(to, reckoning);
    const [first, last] = isBackwards ? [to, from] : [from, to];
    const since = readInstant(value, first, reckoning);
    return create(TimeRangeSchema, { since, before: readInstant(value, last, reckoning) });
  }
  const { operator, text = "" } = /^(?<operator>[<>]=?)(?<text>.*)$/.exec(value.text)?.groups ?? {};
  if (operator === undefined) {
    throw new FilterError(value, `"${value.text}" is no range`, "Write <1h, >2d, or 2026-11-01..2026-11-02.");
  }

  const instant = readInstant(value, text, reckoning);
  const isBefore = operator.startsWith("<") !== isAgo(text, reckoning);
  if (isBefore) return create(TimeRangeSchema, { before: operator === "<=" ? after(instant) : instant });
  return create(TimeRangeSchema, { since: operator === ">" ? after(instant) : instant });
}

/** Undefined when nothing is bounded. */
export function writeTimeRange(range: TimeRange | undefined): string | undefined {
  if (range?.since && range.before) return `${writeInstant(range.since)}..${writeInstant(range.before)}`;
  if (range?.since) return `>=${writeInstant(range.since)}`;
  return range?.before && `<${writeInstant(range.before)}`;
}

/** As ISO 8601 in UTC, with as many digits as the instant has. */
export function writeInstant({ seconds, nanos }: Timestamp): string {
  const whole = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
  const digits = String(nanos).padStart(9, "0").replace(/0+$/, "");
  return `${whole}${digits && `.${digits}`}Z`;
}

/** `5`, `>0`, `>=3`, `<9`, `<=9`, `5..10`. @throws {FilterError} */
export function readNumberRange(value: Value): NumberRange {
  const { operator, one, from, to } =
    /^(?:(?<operator>[<>]=?)?(?<one>-?\d+)|(?<from>-?\d+)\.\.(?<to>-?\d+))$/.exec(value.text)?.groups ?? {};
  const [least, most] = [Number(one ?? from), Number(one ?? to)];
  if (!(least <= most && Math.abs(least) < INT32_MAX && Math.abs(most) < INT32_MAX)) {
    throw new FilterError(
      value,
      `"${value.text}" is no range of whole numbers`,
      "Write 5, >0, >=3 or 5..10.",
    );
  }

  if (operator === undefined) return create(NumberRangeSchema, { least, most });
  if (operator.startsWith("<")) {
    return create(NumberRangeSchema, { most: operator === "<" ? most - 1 : most });
  }
  return create(NumberRangeSchema, { least: operator === ">" ? least + 1 : least });
}

/** Undefined when nothing is bounded. */
export function writeNumberRange(range: NumberRange | undefined): string | undefined {
  const { least, most } = range ?? {};
  if (least !== undefined && most !== undefined) return least === most ? `${least}` : `${least}..${most}`;
  if (least !== undefined) return `>=${least}`;
  return most === undefined ? undefined : `<=${most}`;
}

function spanMsOf(text: string): number | undefined {
  const { digits, unit = "" } = /^(?<digits>\d+(?:\.\d+)?)(?<unit>[a-z]+)$/.exec(text)?.groups ?? {};
  const unitMs = Object.hasOwn(UNITS_MS, unit) ? UNITS_MS[unit] : undefined;
  return digits === undefined || unitMs === undefined ? undefined : Math.round(Number(digits) * unitMs);
}

// The server counts in milliseconds, so the next instant is one later.
function after({ seconds, nanos }: Timestamp): Timestamp {
  const next = nanos + 1_000_000;
  return create(TimestampSchema, {
    seconds: seconds + BigInt(Math.floor(next / 1e9)),
    nanos: next % 1e9,
  });
}

function isAgo(text: string, { direction }: Reckoning): boolean {
  return direction === "ago" && spanMsOf(text) !== undefined;
}
