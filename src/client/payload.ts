// Payloads and results: friendly JSON or exact bytes, and their forms on the wire.
import { fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@bufbuild/protobuf/wkt";

export type { JsonValue };

/** What a job carries, or what a worker hands back: either kind, or neither. */
export type Payload =
  | { readonly json: JsonValue; readonly data?: undefined }
  | { readonly data: Uint8Array; readonly json?: undefined }
  | { readonly json?: undefined; readonly data?: undefined };

/** The oneof that carries a payload on the wire. */
export type WirePayload =
  | { case: "json"; value: Value }
  | { case: "data"; value: Uint8Array }
  | { case: undefined; value?: undefined };

/**
 * Makes the wire form. JSON is taken as JSON.stringify sees it, so a Date becomes a text and undefined members vanish.
 *
 * @throws {TypeError} when JSON cannot say it: a bigint, a cycle, a function alone
 */
export function toWirePayload(payload: Payload): WirePayload {
  if (payload.data !== undefined) return { case: "data", value: payload.data };
  if (payload.json === undefined) return { case: undefined };

  return { case: "json", value: fromJson(ValueSchema, plain(payload.json)) };
}

/** Reads the wire form. */
export function fromWirePayload(wire: WirePayload): Payload {
  if (wire.case === "data") return { data: wire.value };
  if (wire.case === "json") return { json: toJson(ValueSchema, wire.value) };
  return {};
}

/**
 * The most bytes that a payload takes on the wire, guessed in one cheap walk and never too low: how batches are kept
 * under the server's 4 MiB per message without encoding everything twice.
 */
export function sizeMax(wire: WirePayload): number {
  if (wire.case === "data") return wire.value.length + 16;
  if (wire.case === undefined) return 0;
  return valueSizeMax(wire.value);
}

// Each nesting level costs at most two tags and two lengths; a text at most three bytes for each UTF-16 unit.
function valueSizeMax(value: Value): number {
  const { kind } = value;
  if (kind.case === "stringValue") return 16 + 3 * kind.value.length;
  if (kind.case === "listValue") return kind.value.values.reduce((sum, one) => sum + valueSizeMax(one), 24);
  if (kind.case !== "structValue") return 24;

  return Object.entries(kind.value.fields).reduce(
    (sum, [key, one]) => sum + 24 + 3 * key.length + valueSizeMax(one),
    24,
  );
}

function plain(value: JsonValue): JsonValue {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`a payload cannot be a ${typeof value}`);
  return JSON.parse(text);
}
