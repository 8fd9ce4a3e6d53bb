// Between the contract's `json` and `data` and the bytes that the server keeps.
import { fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@bufbuild/protobuf/wkt";
import type { Payload } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { invalid } from "./errors.ts";
import { type Json, WireValue } from "./value-wire.ts";

/** The contract's oneof, wherever it stands. */
export type Content =
  | { readonly case: "json"; readonly value: Value }
  | { readonly case: "data"; readonly value: Uint8Array }
  | { readonly case: undefined; readonly value?: undefined };

/** A payload, and its largest size on the wire. */
export interface SizedPayload {
  readonly payload: Payload;
  readonly payloadBytes: number;
}

const NO_BYTES = new Uint8Array(0);
const decoder = new TextDecoder();

/** What counts for a Value whose size nobody has measured. */
const VALUE_BYTES = 64 << 10;

/** How many bytes it took on the wire, or more. */
export function contentSize({ case: kind, value }: Content): number {
  if (kind === "data") return value.length;
  if (kind === undefined) return 0;

  return value instanceof WireValue ? value.wireBytes : VALUE_BYTES;
}

/** Throws INVALID_ARGUMENT for a value that is no JSON or nests too deep. `field` is the path of the oneof's owner. */
export function readContent(field: string, content: Content): SizedPayload {
  switch (content.case) {
    case "data":
      return { payload: { kind: "data", bytes: content.value }, payloadBytes: content.value.length };
    case "json":
      return readJson(`${field}json`, content.value);
    case undefined:
      return { payload: { kind: "data", bytes: NO_BYTES }, payloadBytes: 0 };
  }
}

function readJson(field: string, value: Value): SizedPayload {
  if (nestsDeeper(value, LIMITS.jsonDepthMax))
    throw invalid(field, `must nest at most ${LIMITS.jsonDepthMax} deep`);

  const bytes = Buffer.from(jsonText(field, value)); // several times as fast as a TextEncoder
  return {
    payload: { kind: "json", bytes },
    payloadBytes: Math.max(bytes.length, wireSize(value, bytes.length)),
  };
}

function jsonText(field: string, value: Value): string {
  try {
    return JSON.stringify(value instanceof WireValue ? value.json : toJson(ValueSchema, value));
  } catch {
    throw invalid(field, "must be a JSON value; NaN, Infinity and an empty Value are none");
  }
}

/** A Value takes at most this many times the bytes of its JSON text: `0,` is 2 bytes of text and 11 on the wire. */
const WIRE_GROWTH_MAX = 6;

// Measured only where it could pass the bound.
function wireSize(value: Value, textBytes: number): number {
  const most = textBytes * WIRE_GROWTH_MAX;
  return most <= LIMITS.payloadBytesMax / 4 ? most : toBinary(ValueSchema, value).length;
}

function nestsDeeper(value: Value, levels: number): boolean {
  if (value instanceof WireValue) return jsonNestsDeeper(value.json, levels);
  const { kind } = value;
  if (kind.case !== "listValue" && kind.case !== "structValue") return false;
  if (levels === 0) return true;

  const inner = kind.case === "listValue" ? kind.value.values : Object.values(kind.value.fields);
  return inner.some((one) => nestsDeeper(one, levels - 1));
}

function jsonNestsDeeper(json: Json, levels: number): boolean {
  if (typeof json !== "object" || json === null) return false;
  if (levels === 0) return true;

  for (const one of Object.values(json)) if (jsonNestsDeeper(one, levels - 1)) return true;
  return false;
}

/** As it was enqueued. */
export function writeContent({ kind, bytes }: Payload): Exclude<Content, { case: undefined }> {
  if (kind === "data") return { case: "data", value: bytes };

  return { case: "json", value: fromJson(ValueSchema, JSON.parse(decoder.decode(bytes))) };
}
