// Stand-in.
import { toJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { UserText } from "../text/text.tsx";

export function PayloadView({ payload }: { readonly payload: Job["payload"] }) {
  const text =
    payload.case === "json"
      ? JSON.stringify(toJson(ValueSchema, payload.value), null, 2)
      : new TextDecoder().decode(payload.value);
  return (
    <pre>
      <UserText text={text} lines="many" max={20_000} />
    </pre>
  );
}
