// What a payload or a result is to a reader: JSON, other text, or bytes; and the exact text of it.
import type { Value } from "@bufbuild/protobuf/wkt";
import { JsonFault, parseJson } from "./json-tokens.ts";
import type { JsonTree } from "./json-tree.ts";
import { valueText } from "./value-text.ts";

/** As Job.payload and Result.value are. */
export type WirePayload =
  | { readonly case: "json"; readonly value: Value }
  | { readonly case: "data"; readonly value: Uint8Array }
  | { readonly case: undefined; readonly value?: undefined };

export interface PayloadModel {
  readonly kind: "json" | "text" | "binary" | "empty";
  readonly bytes: Uint8Array;
  /** Undefined for what is not UTF-8. */
  readonly text: string | undefined;
  /** With kind "json". */
  readonly tree: JsonTree | undefined;
}

export function readPayload(payload: WirePayload): PayloadModel {
  if (payload.case === "json") {
    const text = valueText(payload.value);
    return ofText(text, new TextEncoder().encode(text));
  }
  const bytes = payload.value ?? new Uint8Array();
  if (bytes.length === 0) return { kind: "empty", bytes, text: "", tree: undefined };

  const text = utf8Of(bytes);
  return text === undefined ? { kind: "binary", bytes, text, tree: undefined } : ofText(text, bytes);
}

function ofText(text: string, bytes: Uint8Array): PayloadModel {
  const tree = treeOf(text);
  return { kind: tree ? "json" : "text", bytes, text, tree };
}

/** Undefined for what is not UTF-8. A byte order mark stays in it. */
export function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function treeOf(text: string): JsonTree | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

/** A call takes only so many arguments. */
const CHUNK = 8_192;

/** In base64, for bytes that are no text. */
export function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary);
}

/** What the reader copies: the text itself, or base64 where there is none. */
export function copyOf({ text, bytes }: PayloadModel): string {
  return text ?? base64Of(bytes);
}
