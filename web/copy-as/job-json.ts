// A job as the JSON of the API, as friendly as is exact: its payload as `json` where that arrives unchanged, else as
// `data` in base64.
import { toJson } from "@bufbuild/protobuf";
import { type JobSpec, JobSpecSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import { survivesAsValue } from "../payload/json-doubles.ts";
import { utf8Of } from "../payload/payload-model.ts";
import { isTooLong } from "./quoting.ts";

type JsonObject = { [key: string]: unknown };

/**
 * Text of JSON that loses nothing as google.protobuf.Value; undefined for any other payload. A long one is never: nobody
 * reads it, and as a Value it may be six times as long (src/rpc/payload.ts), which is more than the server takes.
 */
export function friendlyJson({ payload }: JobSpec): string | undefined {
  if (payload.case !== "data") return undefined;

  const text = utf8Of(payload.value);
  return text !== undefined && !isTooLong(text) && survivesAsValue(text) ? text : undefined;
}

export function jobJson(spec: JobSpec): JsonObject {
  const json = toJson(JobSpecSchema, spec) as JsonObject;
  const friendly = friendlyJson(spec);
  if (friendly === undefined) return json;

  const { data: _, ...rest } = json;
  return { ...rest, json: JSON.parse(friendly) as unknown };
}
