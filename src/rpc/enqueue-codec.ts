// The requests of EnqueueStream, read by hand, field by field: the jobs that producers send by the million say their id,
// their name and their payload, and hardly ever more. What says more, or says it in another way, is left to protobuf-es;
// test/rpc/stream-codecs.test.ts holds every message against what it makes of it.
import { fromBinary } from "@bufbuild/protobuf";
import type { BinaryReader } from "@bufbuild/protobuf/wire";
import { type JobSpec, JobSpecSchema, UniqueConflict } from "../gen/lakh/v1/job_pb.ts";
import type { EnqueueStreamRequest } from "../gen/lakh/v1/producer_pb.ts";
import { readEntries } from "./fields.ts";
import { readJsonValue, WireValue } from "./value-wire.ts";

/** Tags: the number of the field, and its type on the wire. */
const JOB = 0x0a;
const SPEC = { id: 0x0a, name: 0x12, json: 0x1a, data: 0x22 } as const;

/** Undefined when there is anything but jobs, or what is none. */
export function parseEnqueueStreamRequest(bytes: Uint8Array): EnqueueStreamRequest | undefined {
  const jobs = readEntries(bytes, JOB, (reader, end) => {
    const start = reader.pos;
    return readSpec(reader, end, bytes) ?? fromBinary(JobSpecSchema, bytes.subarray(start, end));
  });
  return jobs && { $typeName: "lakh.v1.EnqueueStreamRequest", jobs };
}

/** Undefined when it says more than an id, a name and a payload. */
function readSpec(reader: BinaryReader, end: number, bytes: Uint8Array): JobSpec | undefined {
  let [id, name] = ["", ""];
  let payload: JobSpec["payload"] = { case: undefined };
  while (reader.pos < end) {
    switch (reader.uint32()) {
      case SPEC.id:
        id = reader.string(true);
        break;
      case SPEC.name:
        name = reader.string(true);
        break;
      case SPEC.json: {
        const value: WireValue | undefined =
          payload.case === undefined ? readValue(reader, bytes) : undefined;
        if (!value) return undefined;
        payload = { case: "json", value };
        break;
      }
      case SPEC.data:
        payload = { case: "data", value: reader.bytes() };
        break;
      default:
        return undefined;
    }
  }
  return reader.pos === end ? plainSpec(id, name, payload) : undefined;
}

function readValue(reader: BinaryReader, bytes: Uint8Array): WireValue | undefined {
  const end = reader.uint32() + reader.pos;
  const value = bytes.subarray(reader.pos, end);
  const json = readJsonValue(reader, end);
  return json === undefined ? undefined : new WireValue(value, json);
}

function plainSpec(id: string, name: string, payload: JobSpec["payload"]): JobSpec {
  return {
    $typeName: "lakh.v1.JobSpec",
    ...{ id, name, payload },
    start: { case: undefined },
    priority: 0,
    labels: {},
    uniqueKey: "",
    traceparent: "",
    onConflict: UniqueConflict.UNSPECIFIED,
  };
}
