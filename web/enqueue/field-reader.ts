// Reads fields of a form, and keeps what is wrong with each: the first thing only.
import { type Duration, durationFromMs, type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { TimeZone } from "../format/times.ts";
import { readInstant } from "./instant-text.ts";
import { readSpan } from "./span-text.ts";

/** By the contract's name of the field: "must be ...". */
export type Wrong = Readonly<Record<string, string>>;

const DELAY_MS_MAX = 100 * 365 * 86_400_000;
const INSTANT_MAX = 253_402_300_799_999;

export class FieldReader {
  readonly wrong: Record<string, string> = {};
  readonly #zone: TimeZone;

  constructor(zone: TimeZone) {
    this.#zone = zone;
  }

  expect(field: string, holds: boolean, bound: string): void {
    if (!holds) this.wrong[field] ??= bound;
  }

  /** 0 to 100 years. Undefined when nothing was written, or no span. */
  span(field: string, text: string, need?: "required"): Duration | undefined {
    if (text.trim() === "") {
      this.expect(field, need === undefined, "is required");
      return undefined;
    }
    const ms = readSpan(text);
    this.expect(field, ms !== undefined, "must be a span, such as 30s, 5m or 1h 30m");
    this.expect(field, ms === undefined || ms <= DELAY_MS_MAX, "must be 0 to 100 years");
    return ms === undefined || ms > DELAY_MS_MAX ? undefined : durationFromMs(ms);
  }

  /** 1970 to 9999. */
  instant(field: string, text: string, need?: "required"): Timestamp | undefined {
    if (text === "") {
      this.expect(field, need === undefined, "is required");
      return undefined;
    }
    const ms = readInstant(text, this.#zone);
    const isIn = ms !== undefined && ms >= 0 && ms <= INSTANT_MAX;
    this.expect(field, isIn, "must be an instant from 1970 to the end of the year 9999");
    return isIn ? timestampFromMs(ms) : undefined;
  }

  number(
    field: string,
    text: string,
    {
      least,
      most,
      isWhole = false,
    }: { readonly least: number; readonly most: number; readonly isWhole?: boolean },
  ): number | undefined {
    if (text.trim() === "") return undefined;
    const value = Number(text);
    this.expect(field, !isWhole || Number.isInteger(value), "must be a whole number");
    const isIn = value >= least && value <= most;
    this.expect(field, isIn, `must be ${least} to ${most}`);
    return isIn && (!isWhole || Number.isInteger(value)) ? value : undefined;
  }
}
