// A first worker in each language, for screens that wait for one: with this server's address and the name filled in.
// The short ones poll; what a worker for production does is in examples/ and in docs/protocol.md.
import { commandLine, plainWords } from "./cli-words.ts";
import type { CopyLanguage, CopyTarget } from "./copy-as.ts";
import { goWorker } from "./go-worker.ts";
import { plainJson, quoted, shellWord } from "./quoting.ts";

/** Does jobs of this name until it is stopped; the one with curl does one job. Each is run as it stands by the tests. */
export function workerSnippet(name: string, language: CopyLanguage, target: CopyTarget): string {
  return SNIPPETS[language](name, target);
}

type Snippet = (name: string, target: CopyTarget) => string;

const SNIPPETS: Readonly<Record<CopyLanguage, Snippet>> = {
  CLI: (name, target) => commandLine(["work", "--exec", "cat", ...plainWords([name])], target),
  curl: curlWorker,
  TypeScript: typescriptWorker,
  Python: pythonWorker,
  Go: goWorker,
};

// Without comments, which zsh takes for commands. A string of JSON has no bare quotes, and after the payload no label can
// pass for the attempt: its value is a string.
function curlWorker(name: string, { serverUrl, token = false }: CopyTarget): string {
  const authorization = token ? ` -H "authorization: Bearer $LAKH_TOKEN"` : "";
  const reserve = plainJson({ names: [name], workerId: "curl-1", wait: "30s" });
  return `call() {
  curl -sS ${shellWord(`${serverUrl}/lakh.v1.WorkerService/`)}"$1" -H 'content-type: application/json'${authorization} -d "$2"
}
echo 'Waits 30 s for a job'
answer=$(call Reserve ${shellWord(reserve)})
printf '%s\\n' "$answer"
id=$(printf %s "$answer" | sed -nE 's/^[^[]*\\[\\{"jobId":("([^"\\\\]|\\\\.)*").*/\\1/p')
attempt=$(printf %s "$answer" | sed -nE 's/.*,"attempt":([0-9]+)[,}].*/\\1/p')
[ -z "$id" ] ||
  call Report '{"workerId":"curl-1","reports":[{"jobId":'"$id"',"attempt":'"$attempt"',"succeed":{}}]}'`;
}

function typescriptWorker(name: string, { serverUrl, token = false }: CopyTarget): string {
  const authorization = token ? "\n  token: process.env.LAKH_TOKEN," : "";
  return `import { Worker } from "lakh";

const worker = new Worker({
  url: ${quoted(serverUrl)},${authorization}
  capacity: 10,
  handlers: {
    ${quoted(name)}: async (job) => {
      console.log(job.id, job.json);
      return { done: true };
    },
  },
});
process.once("SIGTERM", () => worker.close());
await worker.run();`;
}

function pythonWorker(name: string, { serverUrl, token = false }: CopyTarget): string {
  const authorization = token ? `\n            "authorization": "Bearer " + os.environ["LAKH_TOKEN"],` : "";
  return `import json, ${token ? "os, " : ""}urllib.request

def call(rpc, message):
    request = urllib.request.Request(
        ${quoted(`${serverUrl}/lakh.v1.WorkerService/`)} + rpc,
        json.dumps(message).encode(),
        {
            "content-type": "application/json",${authorization}
        },
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)

worker_id = "python-1"
while True:
    answer = call("Reserve", {"names": [${quoted(name)}], "workerId": worker_id, "wait": "30s"})
    for job in answer.get("jobs", []):
        report = {"jobId": job["jobId"], "attempt": job["attempt"]}
        try:
            print(job["jobId"], job.get("json", job.get("data")), flush=True)
            report["succeed"] = {}
        except Exception as error:
            report["fail"] = {"error": {"class": type(error).__name__, "message": str(error)}}
        call("Report", {"workerId": worker_id, "reports": [report]})`;
}
