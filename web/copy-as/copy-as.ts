// Stand-in.
import { toJsonString } from "@bufbuild/protobuf";
import { type JobSpec, JobSpecSchema } from "../../src/gen/lakh/v1/job_pb.ts";
export type CopyLanguage = "curl" | "CLI" | "TypeScript" | "Python" | "Go";
export const COPY_LANGUAGES: readonly CopyLanguage[] = ["curl", "CLI", "TypeScript", "Python", "Go"];

export function copyEnqueue(
  spec: JobSpec,
  _language: CopyLanguage,
  { serverUrl }: { readonly serverUrl: string },
): string {
  const body = `{"jobs":[${toJsonString(JobSpecSchema, spec)}]}`.replaceAll("'", `'\\''`);
  return `curl -sS -H 'content-type: application/json' --data-binary '${body}' '${serverUrl}/lakh.v1.ProducerService/Enqueue'`;
}
