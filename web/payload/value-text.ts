// A google.protobuf.Value as JSON text. Protobuf's own writer throws for infinite numbers and loses the key `__proto__`
// and the sign of -0; a page must show whatever it is sent.
import type { Value } from "@bufbuild/protobuf/wkt";

/** JSON, unless a number is infinite or none at all: then the text has `Infinity` or `NaN` in its place. */
export function valueText({ kind }: Value): string {
  switch (kind.case) {
    case "stringValue":
      return JSON.stringify(kind.value);
    case "numberValue":
      return numberText(kind.value);
    case "boolValue":
      return String(kind.value);
    case "listValue":
      return `[${kind.value.values.map(valueText).join(",")}]`;
    case "structValue":
      return `{${Object.entries(kind.value.fields).map(memberText).join(",")}}`;
    default:
      return "null";
  }
}

function memberText([key, value]: readonly [string, Value]): string {
  return `${JSON.stringify(key)}:${valueText(value)}`;
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
