// Whether JSON would arrive as it is, if it were sent as google.protobuf.Value: its numbers are doubles, its keys are a
// map, and it nests at most 32 deep.
import { JsonFault, parseJson } from "./json-tokens.ts";
import type { JsonTree } from "./json-tree.ts";

const VALUE_DEPTH_MAX = 32;

/**
 * What would be lost. `numbers`: only that numbers are no doubles (9007199254740993, 1e400). `structure`: keys that come
 * twice, a depth that is refused, the zero that is below zero, half a surrogate pair (which no protobuf string can hold).
 */
export type JsonLoss = "nothing" | "numbers" | "structure";

/** @throws {JsonFault} for what is no JSON */
export function lossAsValue(text: string): JsonLoss {
  return lossOf(parseJson(text), 0, 1);
}

/** What is no JSON cannot be sent so at all. */
export function survivesAsValue(text: string): boolean {
  try {
    return lossAsValue(text) === "nothing";
  } catch (error) {
    if (error instanceof JsonFault) return false;
    throw error;
  }
}

function lossOf(tree: JsonTree, node: number, depth: number): JsonLoss {
  const kind = tree.kindOf(node);
  if (kind === "number") return lossOfNumber(tree.sourceOf(node));
  if (kind === "string") return tree.stringOf(node).isWellFormed() ? "nothing" : "structure";
  if (kind === "word") return "nothing";
  if (depth > VALUE_DEPTH_MAX) return "structure";

  const children = tree.children(node);
  if (kind === "object") {
    const keys = new Set(children.map((child) => tree.keyOf(child) ?? ""));
    if (keys.size < children.length || keys.has("__proto__")) return "structure";
    if (![...keys].every((key) => key.isWellFormed())) return "structure";
  }
  let worst: JsonLoss = "nothing";
  for (const child of children) {
    const loss = lossOf(tree, child, depth + 1);
    if (loss === "structure") return loss;
    if (loss === "numbers") worst = loss;
  }
  return worst;
}

function lossOfNumber(source: string): JsonLoss {
  const double = Number(source);
  if (Object.is(double, -0)) return "structure";
  return isSameAsDouble(source, double) ? "nothing" : "numbers";
}

/** `1.50` and `15e-1` are the same number as 1.5; 9007199254740993 is no double. */
function isSameAsDouble(source: string, double: number): boolean {
  if (source === String(double)) return true;
  return Number.isFinite(double) && canonical(source) === canonical(String(double));
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
  if (significant === "") return "0";

  return `${sign}${significant}e${Number(exponent) - part.length + (digits.length - significant.length)}`;
}
