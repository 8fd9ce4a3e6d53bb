// The first worker of each language, started as it is copied, does a job.
import { after, before, test } from "node:test";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import type { CopyLanguage } from "../../web/copy-as/copy-as.ts";
import { workerSnippet } from "../../web/copy-as/worker-snippets.ts";
import { awaitJob, openServed, type Served, startExample } from "../examples/example.ts";
import { utf8 } from "./copied-jobs.ts";
import { missing, openWorkshop, pathWith, type Workshop } from "./copied-runs.ts";

let served: Served;
let workshop: Workshop;
before(async () => {
  served = await openServed();
  workshop = await openWorkshop();
});
after(async () => {
  await workshop[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

interface Way {
  readonly file: string;
  readonly command: (path: string) => readonly [string, ...string[]];
  readonly skip?: string | false;
}

const WAYS: Readonly<Record<CopyLanguage, Way>> = {
  curl: { file: "worker.sh", command: (path) => ["sh", path], skip: missing("curl") },
  CLI: { file: "cli.sh", command: (path) => ["sh", path] },
  TypeScript: {
    file: "worker.ts",
    command: (path) => [process.execPath, "--disable-warning=ExperimentalWarning", path],
  },
  Python: { file: "worker.py", command: (path) => ["python3", path], skip: missing("python3") },
  Go: { file: "worker/main.go", command: (path) => ["go", "run", path], skip: missing("go", "version") },
};

for (const [language, { file, command, skip = false }] of Object.entries(WAYS) as [CopyLanguage, Way][]) {
  test(`a worker in ${language} does a job`, { skip }, async () => {
    // What would deceive a careless look at the answer, and a name that would pass for a flag.
    const name = `--${language}`;
    const id = `${language}-"'\\",attempt`;
    const labels = { l: '","attempt":7,' };
    await served.producer.enqueue({ jobs: [{ name, id, labels, payload: utf8('{"a":1,"attempt":9}') }] });
    const path = await workshop.file(file, workerSnippet(name, language, { serverUrl: served.server.url }));
    const [program, ...args] = command(path);
    await using _worker = startExample(program, args, { PATH: pathWith(workshop) });
    await awaitJob(served, id, JobState.SUCCEEDED);
  });
}
