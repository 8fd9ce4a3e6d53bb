// The payload that a form describes: its very text as bytes, or, where asked, a JSON value of the contract.
import { fromJsonString } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import type { JobSpec } from "../../src/gen/lakh/v1/job_pb.ts";
import { survivesAsValue } from "../payload/json-doubles.ts";
import { bytesOfText } from "./content-text.ts";
import type { FieldReader } from "./field-reader.ts";
import type { EnqueueForm } from "./form.ts";
import { jsonFault } from "./json-fault.ts";

const NO_VALUE =
  "would change as a JSON value (its numbers are doubles, its keys differ, it has at most 32 levels): send it as exact text";
const BYTES_MAX = 1_048_576;

export function readContent(form: EnqueueForm, reader: FieldReader): JobSpec["payload"] {
  const { mode, payload: text, jsonAs } = form;
  if (text === "") return { case: undefined };
  const fault = mode === "json" ? jsonFault(text) : undefined;
  if (fault) {
    const where = `line ${fault.line}, column ${fault.column}`;
    reader.expect("payload", false, `is no JSON at ${where}: ${fault.what}`);
    return { case: undefined };
  }
  if (mode === "json" && jsonAs === "json") return readValue(text, reader);

  const bytes = bytesOfText({ mode, text });
  reader.expect(
    "payload",
    bytes !== undefined,
    `must be ${mode === "hex" ? "pairs of hex digits" : "base64"}`,
  );
  reader.expect(
    "payload",
    (bytes?.length ?? 0) <= BYTES_MAX,
    `must be at most 1 MiB, is ${bytes?.length} bytes`,
  );
  return bytes ? { case: "data", value: bytes } : { case: undefined };
}

function readValue(text: string, reader: FieldReader): JobSpec["payload"] {
  reader.expect("payload", survivesAsValue(text), NO_VALUE);
  try {
    return { case: "json", value: fromJsonString(ValueSchema, text) };
  } catch {
    reader.expect("payload", false, "cannot be sent as a JSON value: send it as exact text");
    return { case: undefined };
  }
}
