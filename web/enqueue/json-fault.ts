// Where a text stops being JSON, for the caret. Numbers and repeated keys are taken as they are written.
import { parseJson } from "../payload/json-tokens.ts";

export interface JsonFault {
  /** Characters before it. */
  readonly at: number;
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly what: string;
}

/** The form and its field ask for the same text, which may be a megabyte. */
let last: { readonly text: string; readonly fault: JsonFault | undefined } | undefined;

/** Undefined when the text is JSON. */
export function jsonFault(text: string): JsonFault | undefined {
  if (last?.text !== text) last = { text, fault: lookFor(text) };
  return last.fault;
}

function lookFor(text: string): JsonFault | undefined {
  try {
    parseJson(text);
    return undefined;
  } catch (error) {
    const { at = text.length, message } = error as { readonly at?: number; readonly message: string };
    const before = text.slice(0, at);
    const line = before.split("\n").length;
    return { at, line, column: at - before.lastIndexOf("\n"), what: message };
  }
}
