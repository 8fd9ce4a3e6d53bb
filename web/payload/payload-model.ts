// What a payload or a result is to a reader: JSON, other text, or bytes; and the exact text of it.
import { toJson } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@bufbuild/protobuf/wkt";
import { type JsonTree, parseJson } from "./json-tokens.ts";

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
    const text = JSON.stringify(toJson(ValueSchema, payload.value));
    return { kind: "json", text, bytes: new TextEncoder().encode(text), tree: treeOf(text) };
  }
  const bytes = payload.value ?? new Uint8Array();
  if (bytes.length === 0) return { kind: "empty", bytes, text: "", tree: undefined };

  const text = utf8Of(bytes);
  const tree = text === undefined ? undefined : treeOf(text);
  const kind = tree ? "json" : text === undefined ? "binary" : "text";
  return { kind, bytes, text, tree };
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
  } catch {
    return undefined;
  }
}

/** In base64, for bytes that are no text. */
export function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
