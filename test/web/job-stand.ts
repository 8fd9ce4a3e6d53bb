// What the tests of the job's page share: a worker that shares no code with the server, and a reader with a clipboard.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { JobSpecSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import { type Delivery, type ReportSchema, WorkerService } from "../../src/gen/lakh/v1/worker_pb.ts";
import { grpcJsClient } from "../wire/grpc-js-client.ts";
import type { Dashboard, DashboardPage, PageOptions } from "./dashboard.ts";

type ReportInit = NonNullable<MessageInitShape<typeof ReportSchema>["report"]>;

export interface StockWorker extends Disposable {
  /** The next job; waits until there is one. */
  reserve(): Promise<Delivery>;
  report(delivery: Delivery, report: ReportInit): Promise<void>;
}

/** Over @grpc/grpc-js. */
export function stockWorker({ server }: Dashboard, name: string, workerId = "stock-1"): StockWorker {
  const client = grpcJsClient(server.url);
  return {
    async reserve() {
      const request = { names: [name], workerId, wait: durationFromMs(60_000) };
      const { jobs } = await client.unary(WorkerService.method.reserve, request);
      const [delivery] = jobs;
      if (!delivery) throw new Error(`no job of ${name} came`);
      return delivery;
    },
    async report({ jobId, attempt }, report) {
      await client.unary(WorkerService.method.report, { workerId, reports: [{ jobId, attempt, report }] });
    },
    [Symbol.dispose]: () => client.close(),
  };
}

/** A worker takes a job of this name and says goodbye with it in its hands. */
export async function loseOne({ server }: Dashboard, name: string): Promise<void> {
  const client = grpcJsClient(server.url);
  const held = Promise.withResolvers<void>();
  async function* requests() {
    yield { hello: { names: [name], capacity: 1, workerId: "lost-1" } };
    await held.promise;
  }
  for await (const { jobs } of client.bidi?.(
    WorkerService.method.work,
    requests(),
    new AbortController().signal,
  ) ?? []) {
    if (jobs.length > 0) held.resolve();
  }
  client.close();
}

export async function enqueueOne(
  { producer }: Dashboard,
  spec: MessageInitShape<typeof JobSpecSchema>,
): Promise<string> {
  const { jobs } = await producer.enqueue({ jobs: [spec] });
  return jobs[0]?.id ?? "";
}

/** The job's page, of a reader whose clipboard can be read. */
export function openJob(dashboard: Dashboard, id: string, options: PageOptions = {}): Promise<DashboardPage> {
  const permissions = ["clipboard-read", "clipboard-write"];
  return dashboard.open(`job?${new URLSearchParams({ id })}`, { permissions, ...options });
}

/** What a press of the button has put on the clipboard. */
export async function copied(page: DashboardPage, button: RegExp): Promise<string> {
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await page.getByRole("button", { name: button }).click();
  const handle = await page.waitForFunction(() => navigator.clipboard.readText());
  return handle.jsonValue();
}
