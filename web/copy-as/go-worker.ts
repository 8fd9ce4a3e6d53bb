// A first worker in Go: a whole program, with Go's own library alone.
import type { CopyTarget } from "./copy-as.ts";
import { quoted } from "./quoting.ts";

export function goWorker(name: string, { serverUrl, token = false }: CopyTarget): string {
  const os = token ? `\n\t"os"` : "";
  const authorization = token
    ? `\n\trequest.Header.Set("authorization", "Bearer "+os.Getenv("LAKH_TOKEN"))`
    : "";
  return `package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"${os}
)

type object = map[string]any

func call(rpc string, message, answer any) {
	body, _ := json.Marshal(message)
	url := ${quoted(`${serverUrl}/lakh.v1.WorkerService/`)} + rpc
	request, err := http.NewRequest("POST", url, bytes.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("content-type", "application/json")${authorization}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		log.Fatal(response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		log.Fatal(err)
	}
}

func main() {
	for {
		var answer struct {
			Jobs []struct {
				JobID   string
				Attempt int
				JSON    any
				Data    []byte
			}
		}
		call("Reserve", object{"names": []string{${quoted(name)}}, "workerId": "go-1", "wait": "30s"}, &answer)
		for _, job := range answer.Jobs {
			fmt.Println(job.JobID, job.JSON)
			report := object{"jobId": job.JobID, "attempt": job.Attempt, "succeed": object{}}
			call("Report", object{"workerId": "go-1", "reports": []object{report}}, &object{})
		}
	}
}
`;
}
