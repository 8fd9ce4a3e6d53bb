// Figures as people read them: thin spaces between thousands, and no digits that mean nothing. 64-bit integers stay
// bigint to the end.

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const THIN_SPACE = "\u2009";

/** `48 211`, in full and exact. */
export function formatCount(count: bigint | number): string {
  return WHOLE.format(count).replaceAll(",", THIN_SPACE);
}

/** Per second: `0`, `0.02`, `3.4`, `128`, `12 400`. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return "0";
  if (perSecond < 0.1) return perSecond < 0.005 ? "<0.01" : perSecond.toFixed(2);
  return perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond));
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** `1.4 MiB`. */
export function formatBytes(bytes: bigint | number): string {
  let [value, unit] = [Number(bytes), 0];
  while (value >= 1_024 && unit < BYTE_UNITS.length - 1) [value, unit] = [value / 1_024, unit + 1];
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

/** `42 %` of a share from 0 to 1; what is more than nothing is never 0 %. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.01) return "<1 %";
  return `${Math.round(share * 100)} %`;
}

/** `1 job`, `2 jobs`. */
export function formatMany(count: bigint | number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${BigInt(count) === 1n ? one : many}`;
}
