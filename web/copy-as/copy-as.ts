// Any call as others would make it: what is on the page, to paste into a terminal or a program.
import type { JobSpec } from "../../src/gen/lakh/v1/job_pb.ts";
import { enqueueByCli } from "./cli-snippet.ts";
import { jobJson } from "./job-json.ts";
import { plainJson, quoted, shellWord } from "./quoting.ts";
import { enqueueByTypeScript } from "./typescript-snippet.ts";

export type CopyLanguage = "curl" | "CLI" | "TypeScript" | "Python" | "Go";

export const COPY_LANGUAGES: readonly CopyLanguage[] = ["curl", "CLI", "TypeScript", "Python", "Go"];

export interface CopyTarget {
  /** Origin and prefix, without a slash at the end: `http://127.0.0.1:50051`. */
  readonly serverUrl: string;
}

const ENQUEUE = "lakh.v1.ProducerService/Enqueue";
/** Linux takes no longer words on a command line (MAX_ARG_STRLEN is 128 KiB). */
export const WORD_MAX = 100_000;

/** Enqueues the same job. */
export function copyEnqueue(spec: JobSpec, language: CopyLanguage, target: CopyTarget): string {
  switch (language) {
    case "curl":
      return curl(ENQUEUE, { jobs: [jobJson(spec)] }, target);
    case "CLI":
      return enqueueByCli(spec, target);
    case "TypeScript":
      return enqueueByTypeScript(spec, target);
    case "Python":
      return python(jobJson(spec), target);
    case "Go":
      return go(jobJson(spec), target);
  }
}

/** Any unary call of the API, by curl. */
export function curl(rpc: string, request: unknown, { serverUrl }: CopyTarget): string {
  const body = plainJson(request);
  const head = `curl -s ${shellWord(`${serverUrl}/${rpc}`)} \\\n  -H 'content-type: application/json' \\\n `;
  if (body.length < WORD_MAX) return `${head} -d ${shellWord(body)}`;
  return `${head} --data-binary @- <<'LAKH'\n${body}\nLAKH`;
}

function python(job: unknown, { serverUrl }: CopyTarget): string {
  return `import json, urllib.request

job = json.loads(r"""${plainJson(job, 2)}""")
request = urllib.request.Request(
    ${quoted(`${serverUrl}/${ENQUEUE}`)},
    json.dumps({"jobs": [job]}).encode(),
    {"content-type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    print(response.read().decode())`;
}

function go(job: unknown, { serverUrl }: CopyTarget): string {
  const body = plainJson({ jobs: [job] }, 2);
  const literal = body.includes("`") ? quoted(plainJson({ jobs: [job] })) : `\`${body}\``;
  return `package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

const body = ${literal}

func main() {
	url := ${quoted(`${serverUrl}/${ENQUEUE}`)}
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(answer))
}`;
}
