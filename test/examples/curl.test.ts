// examples/curl/worker.sh, run as anybody would run it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fromJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { awaitJob, openServed, startExample } from "./example.ts";

const script = new URL("../../examples/curl/worker.sh", import.meta.url).pathname;

const skip = spawnSync("curl", ["--version"]).status !== 0 && "NOT RUN: apt-get install curl";
if (skip) process.stderr.write(`examples/curl: ${skip}\n`);

test("a worker of bash and curl does jobs, and reports those that fail", { skip }, async () => {
  await using served = await openServed();
  const directory = await mkdtemp(join(tmpdir(), "lakh-curl-"));
  try {
    // Keeps what came in a file named by the job's turn; fails the last one.
    const command = `n=$(ls | wc -l); cat > $n; test $n -lt 3`;
    const id = String.raw`a"jobId":"\b"`;
    // A payload and labels that try to pass for the fields around them.
    const json = { attempt: 7, text: '","attempt":8,"reservedUntil":"' };
    const labels = { attempt: "9", x: ',"attempt":9}' };
    const data = Uint8Array.of(0, 255, 10, 13);
    await served.producer.enqueue({
      jobs: [
        { id, name: "shell", payload: { case: "json", value: fromJson(ValueSchema, json) }, labels },
        { id: "bytes", name: "shell", payload: { case: "data", value: data } },
        { id: "none", name: "shell" },
        { id: "bad", name: "shell", retry: { maxRetries: 0 } },
      ],
    });

    await using _worker = startExample(
      "bash",
      ["-c", `cd "$0" && exec bash "$@"`, directory, script, "shell", "bash", "-c", command],
      {
        LAKH_SERVER: served.server.url,
      },
    );
    const bad = await awaitJob(served, "bad", JobState.DEAD);

    assert.equal(bad.attempts[0]?.error?.message, "exit code 1");
    for (const done of [id, "bytes", "none"]) {
      const { job } = await served.producer.getJob({ id: done });
      assert.equal(job?.state, JobState.SUCCEEDED, done);
      assert.equal(job?.attempt, 1);
    }
    assert.deepEqual(JSON.parse(await readFile(join(directory, "0"), "utf8")), json);
    assert.deepEqual(new Uint8Array(await readFile(join(directory, "1"))), data);
    assert.equal(await readFile(join(directory, "2"), "utf8"), "");
  } finally {
    await rm(directory, { recursive: true });
  }
});
