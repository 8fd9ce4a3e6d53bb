// Whether JSON would arrive as it is, if it were sent as google.protobuf.Value: its numbers are doubles, its keys are a
// map, and it nests at most 32 deep.
import { JsonFault, type JsonTree, parseJson } from "./json-tokens.ts";

const VALUE_DEPTH_MAX = 32;

/** @throws {JsonFault} for what is no JSON */
export function changesAsDouble(text: string): boolean {
  const tree = parseJson(text);
  return !survives(tree, 0, 1);
}

/** The same for text that may be anything: what is no JSON cannot be sent so at all. */
export function survivesAsValue(text: string): boolean {
  try {
    return !changesAsDouble(text);
  } catch (error) {
    if (error instanceof JsonFault) return false;
    throw error;
  }
}

function survives(tree: JsonTree, node: number, depth: number): boolean {
  const kind = tree.kindOf(node);
  if (kind === "number") return isSameAsDouble(tree.sourceOf(node));
  if (kind !== "object" && kind !== "array") return true;
  if (depth > VALUE_DEPTH_MAX) return false;

  const children = tree.children(node);
  if (kind === "object") {
    const keys = new Set(children.map((child) => tree.keyOf(child)));
    if (keys.size < children.length || keys.has("__proto__")) return false;
  }
  return children.every((child) => survives(tree, child, depth + 1));
}

/** `1.50` and `15e-1` are the same number as 1.5; 9007199254740993 is no double. */
export function isSameAsDouble(source: string): boolean {
  const double = Number(source);
  if (!Number.isFinite(double)) return false;
  if (source === String(double)) return true;
  if (double === 0) return /^-?[0.]+(?:[eE].*)?$/.test(source) && !source.startsWith("-");
  return canonical(source) === canonical(String(double));
}

/** The digits without outer zeros, and where the point is. */
function canonical(decimal: string): string {
  const {
    sign = "",
    whole = "",
    part = "",
    exponent = "0",
  } = /^(?<sign>-?)(?<whole>\d+)(?:\.(?<part>\d+))?(?:[eE](?<exponent>[+-]?\d+))?$/.exec(decimal)?.groups ??
  {};
  const digits = (whole + part).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  return `${sign}${significant}e${Number(exponent) - part.length + (digits.length - significant.length)}`;
}
