// Workers in a process of their own who do what their parent says, so that it can stop the process in the middle of a job,
// or kill it.
import type { ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import { type Held, type Hello, WorkClient } from "./work-client.ts";

/** What the parent may say. */
export type PuppetOrder =
  | { readonly join: { readonly url: string; readonly hello: Hello & { workerId: string } } }
  /** It wants no more jobs. Extending one that it holds shows when the server has heard. */
  | { readonly pause: { readonly by: string; readonly held: Held } }
  | { readonly report: "succeed" | "fail"; readonly by: string; readonly held: Held };

/** What it hears. `at` is in epoch milliseconds. */
export type PuppetNews =
  | { readonly joined: string }
  | { readonly paused: string }
  | { readonly got: Held & { readonly failures: number }; readonly by: string; readonly at: number }
  | { readonly reported: Held; readonly result: ReportResult };

const workers = new Map<string, WorkClient>();

function tell(news: PuppetNews): void {
  process.send?.(news);
}

async function carryOut(order: PuppetOrder): Promise<void> {
  if ("join" in order) {
    const { url, hello } = order.join;
    const by = hello.workerId;
    const client = new WorkClient(url, hello, {
      onJob: ({ jobId, attempt, failures }) =>
        tell({ got: { jobId, attempt, failures }, by, at: Date.now() }),
    });
    workers.set(by, client);
    await client.welcome;
    tell({ joined: by });
    return;
  }
  if ("pause" in order) {
    const { by, held } = order.pause;
    const client = workers.get(by);
    client?.setCapacity(0);
    await client?.report(held, { case: "extend", value: {} });
    tell({ paused: by });
    return;
  }
  const { report, by, held } = order;
  const result = await workers.get(by)?.[report](held);
  if (result !== undefined) tell({ reported: held, result });
}

process.on("message", (order: PuppetOrder) => {
  carryOut(order).catch((fault: unknown) => {
    process.stderr.write(`${fault}\n`);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit(1)); // nobody is left to hold the strings
