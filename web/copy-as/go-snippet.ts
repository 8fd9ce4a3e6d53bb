// A job as Go enqueues it: a whole program, with Go's own library alone.
import type { CopyTarget } from "./copy-as.ts";
import { plainJson, quoted } from "./quoting.ts";

export function enqueueByGo(job: unknown, { serverUrl, token = false }: CopyTarget): string {
  const os = token ? `\n\t"os"` : "";
  const authorization = token
    ? `\n\trequest.Header.Set("authorization", "Bearer "+os.Getenv("LAKH_TOKEN"))`
    : "";
  return `package main

import (
	"fmt"
	"io"
	"log"
	"net/http"${os}
	"strings"
)

const body = ${literalOf({ jobs: [job] })}

func main() {
	url := ${quoted(`${serverUrl}/lakh.v1.ProducerService/Enqueue`)}
	request, err := http.NewRequest("POST", url, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("content-type", "application/json")${authorization}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		log.Fatal(string(answer))
	}
	fmt.Println(string(answer))
}
`;
}

/** Between backticks it can be read; one that is in the text leaves no other way than escapes. */
function literalOf(value: unknown): string {
  const readable = plainJson(value, 2);
  return readable.includes("`") ? quoted(plainJson(value)) : `\`${readable}\``;
}
