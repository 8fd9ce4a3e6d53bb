// google.protobuf.Value on the wire, from and to plain JSON values, without the messages in between: a Value takes an
// object for each number in it. Whatever is unusual is left to protobuf-es; test/rpc/stream-codecs.test.ts holds the two
// against each other.
import { fromBinary } from "@bufbuild/protobuf";
import { type BinaryReader, type BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type Value, ValueSchema } from "@bufbuild/protobuf/wkt";
import { LIMITS } from "../job/limits.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The tag of a field whose number is below 16. */
function tagOf(field: number, type: WireType): number {
  return (field << 3) | type;
}

const NULL = tagOf(1, WireType.Varint);
const NUMBER = tagOf(2, WireType.Bit64);
const STRING = tagOf(3, WireType.LengthDelimited);
const BOOL = tagOf(4, WireType.Varint);
const STRUCT = tagOf(5, WireType.LengthDelimited);
const LIST = tagOf(6, WireType.LengthDelimited);
/** Of a struct its fields, of a list its values; of a field its key and its value. */
const ENTRY = tagOf(1, WireType.LengthDelimited);
const ENTRY_VALUE = tagOf(2, WireType.LengthDelimited);

/** A Value that came over the wire and was read as JSON; as a message it is made when somebody looks. */
export class WireValue implements Value {
  readonly $typeName = "google.protobuf.Value";
  readonly json: Json;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, json: Json) {
    this.#bytes = bytes;
    this.json = json;
  }

  get wireBytes(): number {
    return this.#bytes.length;
  }

  get kind(): Value["kind"] {
    return fromBinary(ValueSchema, this.#bytes).kind;
  }
}

/**
 * What stands between the reader and `end`; undefined when it is no JSON, nests far too deep, or is not written the way
 * that it usually is.
 */
export function readJsonValue(reader: BinaryReader, end: number, depth = 0): Json | undefined {
  if (reader.pos >= end || depth > LIMITS.jsonDepthMax + 1) return undefined;

  const json = readKind(reader, depth);
  return reader.pos === end ? json : undefined;
}

function readKind(reader: BinaryReader, depth: number): Json | undefined {
  switch (reader.uint32()) {
    case NULL:
      return reader.uint32() === 0 ? null : undefined;
    case NUMBER: {
      const number = reader.double();
      return Number.isFinite(number) ? number : undefined;
    }
    case STRING:
      return reader.string(true);
    case BOOL:
      return reader.bool();
    case STRUCT:
      return readStruct(reader, reader.uint32() + reader.pos, depth);
    case LIST:
      return readList(reader, reader.uint32() + reader.pos, depth);
    default:
      return undefined;
  }
}

function readStruct(reader: BinaryReader, end: number, depth: number): Json | undefined {
  const struct: { [key: string]: Json } = {};
  while (reader.pos < end) {
    if (reader.uint32() !== ENTRY) return undefined;
    const entryEnd = reader.uint32() + reader.pos;
    if (reader.uint32() !== ENTRY) return undefined;
    const key = reader.string(true);
    if (key === "__proto__" || key in struct || reader.uint32() !== ENTRY_VALUE) return undefined;
    const valueEnd = reader.uint32() + reader.pos;
    const value = valueEnd === entryEnd ? readJsonValue(reader, valueEnd, depth + 1) : undefined;
    if (value === undefined) return undefined;
    struct[key] = value;
  }
  return reader.pos === end ? struct : undefined;
}

function readList(reader: BinaryReader, end: number, depth: number): Json | undefined {
  const list: Json[] = [];
  while (reader.pos < end) {
    if (reader.uint32() !== ENTRY) return undefined;
    const value = readJsonValue(reader, reader.uint32() + reader.pos, depth + 1);
    if (value === undefined) return undefined;
    list.push(value);
  }
  return reader.pos === end ? list : undefined;
}

/** Writes a Value, without its length. */
export function writeJsonValue(writer: BinaryWriter, json: Json): void {
  switch (typeof json) {
    case "number":
      writer.uint32(NUMBER).double(json);
      return;
    case "string":
      writer.uint32(STRING).string(json);
      return;
    case "boolean":
      writer.uint32(BOOL).bool(json);
      return;
    default:
      if (json === null) writer.uint32(NULL).uint32(0);
      else if (Array.isArray(json)) writeList(writer, json);
      else writeStruct(writer, json);
  }
}

function writeList(writer: BinaryWriter, list: readonly Json[]): void {
  writer.uint32(LIST).fork();
  for (const value of list) {
    writer.uint32(ENTRY).fork();
    writeJsonValue(writer, value);
    writer.join();
  }
  writer.join();
}

function writeStruct(writer: BinaryWriter, struct: { readonly [key: string]: Json }): void {
  writer.uint32(STRUCT).fork();
  for (const key of Object.keys(struct)) {
    writer.uint32(ENTRY).fork().uint32(ENTRY).string(key).uint32(ENTRY_VALUE).fork();
    writeJsonValue(writer, struct[key] ?? null);
    writer.join().join();
  }
  writer.join();
}
