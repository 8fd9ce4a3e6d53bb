// Whether a JSON text means the same as a `google.protobuf.Value`, whose numbers are doubles and whose keys are there
// once.

/** `JSON.parse` also tells how each number was written; TypeScript's library lags behind. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** The text is JSON. True when no number and no key is lost, however they are spelled afterwards. */
export function survivesAsValue(text: string): boolean {
  let numbersHold = true;
  let keys = 0;
  parse(text, (_key, value, { source }) => {
    if (typeof value === "number" && source !== undefined) numbersHold &&= holds(source, value);
    if (isObject(value)) keys += Object.keys(value).length;
    return value;
  });
  return numbersHold && keys === keysWritten(text);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Strings first, so that a colon inside one is no key's. */
function keysWritten(text: string): number {
  return text.match(/"(?:[^"\\]|\\.)*"\s*:/g)?.length ?? 0;
}

/** -0 is another number than 0; 1.50, 15e-1 and 1.5 are one. */
function holds(source: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  return Object.is(value, -0) ? false : canonical(source) === canonical(String(value));
}

/** Digits without outer zeros, and an exponent. */
function canonical(decimal: string): string {
  const {
    sign = "",
    whole = "",
    part = "",
    exponent = "0",
  } = /^(?<sign>-?)(?<whole>\d+)(?:\.(?<part>\d+))?(?:e(?<exponent>[+-]?\d+))?$/i.exec(decimal)?.groups ?? {};
  const digits = (whole + part).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";

  return `${sign}${significant}e${Number(exponent) - part.length + (digits.length - significant.length)}`;
}
