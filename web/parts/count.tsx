// Numbers on screen.
import type { ReactNode } from "react";
import { formatCount, formatRate } from "../format/numbers.ts";

/** A count; a zero is quiet. */
export function Count({ of }: { readonly of: bigint | number | undefined }) {
  const count = of ?? 0;
  return <span className={BigInt(count) === 0n ? "zero quiet" : undefined}>{formatCount(count)}</span>;
}

/** Jobs per second. */
export function Rate({ of }: { readonly of: number | undefined }) {
  const rate = of ?? 0;
  return (
    <span className={rate === 0 ? "zero quiet" : undefined}>
      {formatRate(rate)}
      <span className="unit">/s</span>
    </span>
  );
}

/** One large number with its name below. */
export function Figure({ label, children }: { readonly label: ReactNode; readonly children: ReactNode }) {
  return (
    <div className="figure">
      <span className="value">{children}</span>
      <span className="label">{label}</span>
    </div>
  );
}
