// examples/python/worker.py, with stubs that its README's commands make. Wants a Python that has grpcio, and says so
// loudly where there is none.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fromJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { awaitJob, openServed, openWay, type Served, startExample } from "./example.ts";

const root = new URL("../..", import.meta.url).pathname;
const worker = join(root, "examples/python/worker.py");
const protos = ["lakh/v1/job.proto", "lakh/v1/worker.proto"];
const WANTS =
  "apt-get install -y python3-grpcio python3-protobuf protobuf-compiler protobuf-compiler-grpc libprotobuf-dev";

/** A Python with grpcio and what makes its stubs; undefined where there is none. `LAKH_TEST_PYTHON` is asked first. */
function findPython(): { python: string; protoc: readonly string[] } | undefined {
  const plugin = "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin";
  for (const python of [process.env.LAKH_TEST_PYTHON ?? "", "python3", "/usr/bin/python3"]) {
    if (python === "" || !runs(python, "-c", "import grpc, google.protobuf")) continue;
    for (const protoc of [
      [python, "-m", "grpc_tools.protoc"],
      ["protoc", plugin],
    ]) {
      const [command = "", ...args] = protoc;
      const proto = ["-I", join(root, "proto"), "--descriptor_set_out=/dev/null", ...protos];
      if (runs(command, ...args, ...proto)) return { python, protoc };
    }
  }
  return undefined;
}

function runs(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const found = findPython();
const skip = found ? false : `NOT TESTED: no Python with grpcio here. As root: ${WANTS}`;
if (skip) process.stderr.write(`examples/python: ${skip}\n`);

describe("the worker in Python", { skip }, () => {
  const python = found?.python ?? "";
  let directory = "";

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lakh-python-"));
    await copyFile(worker, join(directory, "worker.py"));
    const [command = "", ...args] = found?.protoc ?? [];
    const out = [`--python_out=${directory}`, `--grpc_python_out=${directory}`];
    execFileSync(command, [...args, "-I", join(root, "proto"), ...out, ...protos]);
  });
  after(() => rm(directory, { recursive: true }));

  const start = (address: string, file = "worker.py") =>
    startExample(python, [join(directory, file), address]);
  const addressOf = ({ server }: Served) => server.url.replace("http://", "");

  const enqueue = (served: Served, id: string, json: number[] | string) =>
    served.producer.enqueue({
      jobs: [
        {
          id,
          name: "add",
          payload: { case: "json", value: fromJson(ValueSchema, json) },
          retry: { maxRetries: 0 },
        },
      ],
    });

  test("is at most 25 lines", async () => {
    assert.ok((await readFile(worker, "utf8")).split("\n").length - 1 <= 25);
  });

  test("does jobs, hands back their results, and reports those that fail", async () => {
    await using served = await openServed();
    await enqueue(served, "sum", [1, 2, 39]);
    await enqueue(served, "wrong", "no numbers");
    await using _worker = start(addressOf(served));

    const sum = await awaitJob(served, "sum", JobState.SUCCEEDED);
    assert.deepEqual(sum.result?.value.case === "json" && sum.result.value.value.kind, {
      case: "numberValue",
      value: 42,
    });
    const wrong = await awaitJob(served, "wrong", JobState.DEAD);
    assert.match(wrong.attempts[0]?.error?.message ?? "", /TypeError/);
  });

  test("is never given more than the four jobs that it has room for", async () => {
    await using served = await openServed();
    await writeSlow(await readFile(worker, "utf8"), "time.sleep(3600)");
    for (let i = 1; i <= 6; i++) await enqueue(served, `job-${i}`, [i]);
    await using _worker = start(addressOf(served), "slow.py");

    await awaitJob(served, "job-4", JobState.RESERVED);
    // A moment in which a fifth would have come.
    await enqueue(served, "job-7", [7]);
    assert.equal((await served.producer.getJob({ id: "job-5" })).job?.state, JobState.READY);
  });

  test("comes back with what it held when its connection breaks", async () => {
    const { attempt, losses } = await breakConnection(await readFile(worker, "utf8"));
    assert.deepEqual({ attempt, losses }, { attempt: 1, losses: 0 });
  });

  test("a worker that does not say what it held loses it: the test above can fail", async () => {
    const forgetful = "hello=lakh.Hello(names=hello.names, capacity=4, worker_id=hello.worker_id)";
    const { losses } = await breakConnection(
      (await readFile(worker, "utf8")).replace("hello=hello", forgetful),
    );
    assert.equal(losses, 1);
  });

  /** Cuts the worker's connection while it holds a job; answers that job as it stands once the worker is back. */
  async function breakConnection(text: string) {
    await using served = await openServed();
    await using way = await openWay(served.server.addresses[0]?.port ?? 0);
    const goOn = join(directory, "go-on");
    const waits = `while job.job_id == "held" and not __import__("os").path.exists("${goOn}"): time.sleep(0.02)`;
    await writeSlow(text, `print("works on", job.job_id, flush=True)\n    ${waits}`);
    await enqueue(served, "held", [40, 2]);
    await using running = start(way.address, "slow.py");
    await running.said("works on held");

    way.cut();
    await enqueue(served, "next", [1]);
    await awaitJob(served, "next", JobState.SUCCEEDED);
    const { job } = await served.producer.getJob({ id: "held" });
    await writeFile(goOn, "");
    await awaitJob(served, "held", JobState.SUCCEEDED);
    await rm(goOn);
    assert.ok(job);
    return job;
  }

  /** A copy of the worker that carries out the Python statements before it works. */
  async function writeSlow(text: string, statements: string): Promise<void> {
    const changed = text.replace("    try:\n", `    ${statements}\n    try:\n`);
    assert.notEqual(changed, text);
    await writeFile(join(directory, "slow.py"), changed);
  }
});
