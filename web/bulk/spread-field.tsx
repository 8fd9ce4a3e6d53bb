// Whether many retries come at once, or divided over a time, so that what broke is not broken again.
import { formatSpan } from "../format/times.ts";
import { Segments } from "../parts/segments.tsx";
import type { SpreadChoice, SpreadRead } from "./spread.ts";

export interface SpreadFieldProps {
  readonly count: bigint;
  /** A rate takes an exact count. */
  readonly isCounted: boolean;
  readonly choice: SpreadChoice;
  readonly read: SpreadRead;
  readonly choose: (choice: SpreadChoice) => void;
}

const OPTIONS = [
  ["at_once", "All at once"],
  ["over", "Spread over a time"],
  ["rate", "At a rate"],
] as const;

export function SpreadField({ count, isCounted, choice, read, choose }: SpreadFieldProps) {
  return (
    <div className="field">
      <Segments
        label="When"
        options={isCounted ? OPTIONS : OPTIONS.slice(0, 2)}
        value={choice.is}
        change={(is) => choose({ is, typed: is === "rate" ? "50" : "10" })}
      />
      {choice.is !== "at_once" && (
        <span className="row">
          <input
            className="input spread-number"
            inputMode="decimal"
            aria-label={choice.is === "over" ? "Minutes" : "Jobs per second"}
            aria-invalid={"wrong" in read}
            aria-describedby="bulk-spread"
            value={choice.typed}
            onChange={({ target }) => choose({ ...choice, typed: target.value })}
          />
          {choice.is === "over" ? "minutes" : "jobs per second"}
        </span>
      )}
      {choice.is !== "at_once" && (
        <span id="bulk-spread" className={"wrong" in read ? "wrong" : "hint"}>
          {"wrong" in read ? read.wrong : inWords(read.ms, count)}
        </span>
      )}
    </div>
  );
}

function inWords(ms: number, count: bigint): string {
  const perSecond = Number(count) / (ms / 1_000);
  const rate = perSecond >= 10 ? Math.round(perSecond) : perSecond.toPrecision(2);
  return `Each at an instant drawn at random within ${formatSpan(ms)}: about ${rate} a second.`;
}
