// A first worker in each language, for screens that wait for one: with this server's address and the name filled in.
// The short ones poll; what a worker for production does is in examples/ and in docs/protocol.md.
import type { CopyLanguage, CopyTarget } from "./copy-as.ts";
import { quoted, shellWord } from "./quoting.ts";

/** Does jobs of this name until it is stopped. */
export function workerSnippet(name: string, language: CopyLanguage, { serverUrl }: CopyTarget): string {
  return SNIPPETS[language](name, serverUrl);
}

const SNIPPETS: Readonly<Record<CopyLanguage, (name: string, server: string) => string>> = {
  CLI: (name, server) => `# the payload comes on stdin; exit code 0 is success
lakh work ${shellWord(name)} --exec 'cat' --server ${shellWord(server)}`,

  curl: (name, server) => `# takes one job, waiting up to 30 s for it
curl -s ${shellWord(`${server}/lakh.v1.WorkerService/Reserve`)} -H 'content-type: application/json' \\
  -d ${shellWord(JSON.stringify({ names: [name], workerId: "curl-1", wait: "30s" }))}

# says that it is done: fill in its id, and its attempt
curl -s ${shellWord(`${server}/lakh.v1.WorkerService/Report`)} -H 'content-type: application/json' \\
  -d '{"workerId":"curl-1","reports":[{"jobId":"ID","attempt":1,"succeed":{}}]}'`,

  TypeScript: (name, server) => `import { Worker } from "lakh";

const worker = new Worker({
  url: ${quoted(server)},
  capacity: 10,
  handlers: {
    ${quoted(name)}: async (job) => {
      console.log(job.id, job.json);
      return { done: true };
    },
  },
});
process.once("SIGTERM", () => worker.close());
await worker.run();`,

  Python: (name, server) => `import json, urllib.request

def call(rpc, message):
    request = urllib.request.Request(
        ${quoted(`${server}/lakh.v1.WorkerService/`)} + rpc,
        json.dumps(message).encode(),
        {"content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)

worker_id = "python-1"
while True:
    answer = call("Reserve", {"names": [${quoted(name)}], "workerId": worker_id, "wait": "30s"})
    for job in answer.get("jobs", []):
        report = {"jobId": job["jobId"], "attempt": job["attempt"]}
        try:
            print(job["jobId"], job.get("json", job.get("data")))
            report["succeed"] = {}
        except Exception as error:
            report["fail"] = {"error": {"class": type(error).__name__, "message": str(error)}}
        call("Report", {"workerId": worker_id, "reports": [report]})`,

  Go: (name, server) => `package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

type object = map[string]any

func call(rpc string, message object) (answer object, err error) {
	body, _ := json.Marshal(message)
	url := ${quoted(`${server}/lakh.v1.WorkerService/`)} + rpc
	response, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return answer, json.NewDecoder(response.Body).Decode(&answer)
}

func main() {
	for {
		answer, err := call("Reserve", object{"names": []string{${quoted(name)}}, "workerId": "go-1", "wait": "30s"})
		if err != nil {
			panic(err)
		}
		jobs, _ := answer["jobs"].([]any)
		for _, one := range jobs {
			job := one.(object)
			fmt.Println(job["jobId"], job["json"])
			report := object{"jobId": job["jobId"], "attempt": job["attempt"], "succeed": object{}}
			call("Report", object{"workerId": "go-1", "reports": []object{report}})
		}
	}
}`,
};
