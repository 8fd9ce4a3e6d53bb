// Any call as others would make it: what is on the page, to paste into a terminal or a program.
import { type DescMethod, type Message, toJson } from "@bufbuild/protobuf";
import type { JobSpec } from "../../src/gen/lakh/v1/job_pb.ts";
import { callByCli } from "./cli-calls.ts";
import { enqueueByCli } from "./cli-snippet.ts";
import { curl } from "./curl-snippet.ts";
import { enqueueByGo } from "./go-snippet.ts";
import { jobJson } from "./job-json.ts";
import { enqueueByPython } from "./python-snippet.ts";
import { enqueueByTypeScript } from "./typescript-snippet.ts";

export type CopyLanguage = "curl" | "CLI" | "TypeScript" | "Python" | "Go";

export const COPY_LANGUAGES: readonly CopyLanguage[] = ["curl", "CLI", "TypeScript", "Python", "Go"];

export interface CopyTarget {
  /** Origin and prefix, without a slash at the end: `http://127.0.0.1:50051`. */
  readonly serverUrl: string;
  /** The server wants a token, which is in the environment as LAKH_TOKEN. Default false. */
  readonly token?: boolean;
}

/** A unary call of the public API: `{ rpc: AdminService.method.pauseQueues, request }`. */
export interface RpcCall {
  readonly rpc: DescMethod;
  /** Of the rpc's input type. */
  readonly request: Message;
}

/** Enqueues the same job. Never throws for a job that the server would take. */
export function copyEnqueue(spec: JobSpec, language: CopyLanguage, target: CopyTarget): string {
  switch (language) {
    case "curl":
      return curl("lakh.v1.ProducerService/Enqueue", { jobs: [jobJson(spec)] }, target);
    case "CLI":
      return enqueueByCli(spec, target);
    case "TypeScript":
      return enqueueByTypeScript(spec, target);
    case "Python":
      return enqueueByPython(jobJson(spec), target);
    case "Go":
      return enqueueByGo(jobJson(spec), target);
  }
}

/** Any other unary call; undefined where there is no command that makes it. */
export function copyCall(call: RpcCall, language: "curl" | "CLI", target: CopyTarget): string | undefined {
  const { rpc, request } = call;
  if (language === "CLI") return callByCli(request, target);
  return curl(`${rpc.parent.typeName}/${rpc.name}`, toJson(rpc.input, request), target);
}
