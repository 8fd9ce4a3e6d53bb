// Reading the binary format by hand, as far as every such reader does it alike.
import { BinaryReader } from "@bufbuild/protobuf/wire";

/** What `read` makes of the bytes; undefined also when they are malformed, which is for protobuf-es to say. */
export function readUsual<T>(
  bytes: Uint8Array,
  read: (reader: BinaryReader) => T | undefined,
): T | undefined {
  try {
    return read(new BinaryReader(bytes));
  } catch {
    return undefined;
  }
}

/** Every entry of a message that is nothing but a list of messages; undefined when it is anything else. */
export function readEntries<T>(
  bytes: Uint8Array,
  tag: number,
  read: (reader: BinaryReader, end: number) => T,
): T[] | undefined {
  return readUsual(bytes, (reader) => {
    const entries: T[] = [];
    while (reader.pos < reader.len) {
      if (reader.uint32() !== tag) return undefined;
      const end = reader.uint32() + reader.pos;
      if (end > reader.len) return undefined;
      entries.push(read(reader, end));
      reader.pos = end;
    }
    return entries;
  });
}
