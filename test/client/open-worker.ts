// A worker and its scripted server, for the tests of the worker.
import type { TestContext } from "node:test";
import { type Handler, Worker, type WorkerOptions } from "../../src/client/client.ts";
import type { Report } from "../../src/gen/lakh/v1/worker_pb.ts";
import { type FakeWork, openFakeServer } from "./fake-server.ts";

const delay = { minMs: 1, maxMs: 5 };

/** A worker that is connected to a scripted server; both end with the test. */
export async function openWorker(
  context: TestContext,
  handler: Handler,
  options: Partial<WorkerOptions> = {},
) {
  const server = await openFakeServer(context);
  const worker = new Worker({ url: server.url, handlers: { add: handler }, capacity: 2, delay, ...options });
  const running = worker.run();
  running.catch(() => undefined);
  context.after(() => worker.close({ graceMs: 0, flushMs: 0 }));
  const work = await server.worker();
  return { server, worker, work, running };
}

/** The next report that a stream brings, of those that are no extensions unless wanted. */
export async function nextReport(
  work: FakeWork,
  kind?: NonNullable<Report["report"]["case"]>,
): Promise<Report> {
  const isWanted = ({ report }: Report) => (kind ? report.case === kind : true);
  const request = await work.heard.until(({ reports }) => reports.some(isWanted));
  return request.reports.find(isWanted) as Report;
}

/** Something that a test opens when it wants a handler to go on. */
export function gate() {
  let open: (value?: unknown) => void = () => undefined;
  const opened = new Promise((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
