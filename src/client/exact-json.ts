// JSON that comes as text keeps every digit: numbers that a double cannot hold travel as bytes instead.
import type { JsonValue, Payload } from "./payload.ts";

/** JSON.parse of today's engines also tells a reviver how each number was written; TypeScript's library lags behind. */
type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: SourceReviver) => never;

/**
 * Makes a payload of JSON text: `json` when its numbers survive, `data` with the very text when one of them would be
 * rounded (9007199254740993, 1e400, more than 17 digits).
 *
 * @throws {SyntaxError} when the text is not JSON
 */
export function payloadFromText(text: string): Payload {
  const { json, rounded } = parseExactly(text);
  return rounded === undefined ? { json } : { data: new TextEncoder().encode(text) };
}

/** JSON, and the first number in it that a double cannot hold, as it is written. @throws {SyntaxError} */
export function parseExactly(text: string): {
  readonly json: JsonValue;
  readonly rounded: string | undefined;
} {
  let rounded: string | undefined;
  const json = parse(text, (_key, value, { source }) => {
    if (typeof value === "number" && source !== undefined && !survives(source, value)) rounded ??= source;
    return value;
  });
  return { json, rounded };
}

/** The text of a payload for those who read text: JSON as it is, bytes as UTF-8. Empty when there is none. */
export function textOfPayload(payload: Payload): string {
  if (payload.data !== undefined) return new TextDecoder().decode(payload.data);
  return payload.json === undefined ? "" : JSON.stringify(payload.json);
}

function survives(source: string, value: number): boolean {
  return (
    source === String(value) || (Number.isFinite(value) && canonical(source) === canonical(String(value)))
  );
}

/** A decimal as its digits without outer zeros and an exponent, so that 1.50, 15e-1 and 1.5 are one text. */
function canonical(decimal: string): string {
  const {
    whole = "",
    part = "",
    exponent = "0",
  } = /^-?(?<whole>\d+)(?:\.(?<part>\d+))?(?:[eE](?<exponent>[+-]?\d+))?$/.exec(decimal)?.groups ?? {};
  const digits = (whole + part).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";

  const sign = decimal.startsWith("-") ? "-" : "";
  return `${sign}${significant}e${Number(exponent) - part.length + (digits.length - significant.length)}`;
}
