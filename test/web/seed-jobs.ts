// A server as it looks on an ordinary Tuesday: queues that flow, one that is paused, one that nobody works on, a bad
// deploy that has killed jobs in a few ways, jobs for later, and workers who are busy. For screenshots, and for tests
// that want every screen full.
import { Producer, Worker } from "../../src/client/client.ts";
import type { NewJob } from "../../src/client/new-job.ts";

export interface Seeded extends AsyncDisposable {
  readonly producer: Producer;
  /** Ids of jobs worth a look. */
  readonly ids: {
    readonly dead: string;
    readonly running: string;
    readonly scheduled: string;
    readonly done: string;
  };
}

const TENANTS = ["acme", "globex", "initech", "umbrella"];
const HOUR_MS = 3_600_000;

/** What the workers do is told by the name. */
const HANDLERS = {
  "mail.welcome": (job: { readonly json?: unknown }) => ({ sent: true, to: job.json ?? null }),
  "mail.invoice": () => ({ sent: true }),
  "image.resize": (_job: unknown, context: WorkContext) => busy(context),
  "billing.charge": (job: { readonly id: string; readonly attempt: number }) => fail(job.id),
  "search.index": (job: { readonly id: string }) => failIfOdd(job.id),
};

interface WorkContext {
  readonly signal: AbortSignal;
  progress(fraction: number, text?: string): void;
}

/** Holds its job, with progress, until it is told to give up. */
function busy({ signal, progress }: WorkContext): Promise<void> {
  progress(0.42, "resizing 3 of 7");
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("given up")), { once: true });
  });
}

class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}
class CardDeclined extends Error {
  override readonly name = "CardDeclined";
}

function fail(id: string): never {
  const n = Number(id.split("-").at(-1));
  if (n % 7 === 0)
    throw new CardDeclined(`card ending in ${4_000 + n} was declined by issuer "Bank ${n % 3}"`);
  if (n % 11 === 0) throw new TypeError(`Cannot read properties of undefined (reading 'amount')`);
  throw new TimeoutError(`connect to 10.0.${n % 5}.${n % 250}:5432 timed out after ${3_000 + n} ms`);
}

function failIfOdd(id: string): { readonly indexed: number } {
  const n = Number(id.split("-").at(-1));
  if (n % 2 === 1) throw new Error(`shard ${n} is not available, retry later`);
  return { indexed: n };
}

function many(count: number, make: (n: number) => NewJob): NewJob[] {
  return Array.from({ length: count }, (_, i) => make(i + 1));
}

function tenantOf(n: number): Readonly<Record<string, string>> {
  return {
    tenant: TENANTS[n % 3 === 0 ? 0 : n % TENANTS.length] ?? "acme",
    region: n % 4 === 0 ? "us" : "eu",
  };
}

const JOBS: readonly NewJob[] = [
  ...many(120, (n) => ({ id: `welcome-${n}`, name: "mail.welcome", json: { user: n }, labels: tenantOf(n) })),
  ...many(80, (n) => ({
    id: `invoice-${n}`,
    name: "mail.invoice",
    json: { invoice: 90_000 + n, total: "42.50" },
  })),
  ...many(14, (n) => ({
    id: `resize-${n}`,
    name: "image.resize",
    json: { image: `img-${n}.png`, width: 640 },
  })),
  ...many(160, (n) => ({
    id: `charge-${n}`,
    name: "billing.charge",
    json: { invoice: 70_000 + n, cents: 1_299, currency: "EUR" },
    labels: tenantOf(n),
    retry: { maxRetries: 0 },
  })),
  ...many(40, (n) => ({ id: `index-${n}`, name: "search.index", json: { doc: n }, labels: tenantOf(n) })),
  ...many(23, (n) => ({ id: `pdf-${n}`, name: "pdf.render", json: { order: n }, priority: n % 3 })),
  ...many(9, (n) => ({ id: `report-${n}`, name: "report.nightly", json: { day: n } })),
  ...many(90, (n) => ({
    id: `later-${n}`,
    name: n % 3 === 0 ? "report.nightly" : "mail.digest",
    json: { batch: n },
    delayMs: ((n * n * 37) % 1_440) * 60_000 + 120_000,
    labels: tenantOf(n),
  })),
];

/** Resolves once everything that ends has ended. Nothing that it leaves behind outlives its scope. */
export async function seedJobs({ server }: { readonly server: { readonly url: string } }): Promise<Seeded> {
  const producer = new Producer({ url: server.url });
  await producer.enqueue(JOBS);
  const workers = [
    openWorker(server.url, "worker-a1", ["mail.welcome", "mail.invoice"]),
    openWorker(server.url, "worker-a2", ["mail.welcome", "image.resize"]),
    openWorker(server.url, "worker-b1", ["billing.charge", "search.index"]),
  ];
  const running = workers.map((worker) => worker.run());
  await finished(producer, "charge-160", "index-40", "welcome-120");
  const seeded = { dead: "charge-14", running: "resize-1", scheduled: "later-1", done: "welcome-1" };
  return {
    producer,
    ids: seeded,
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.close({ graceMs: 0 })));
      await Promise.all(running);
      await producer.close();
    },
  };
}

function openWorker(url: string, workerId: string, names: readonly (keyof typeof HANDLERS)[]): Worker {
  const handlers = Object.fromEntries(names.map((name) => [name, HANDLERS[name]]));
  return new Worker({
    url,
    workerId,
    handlers,
    capacity: 8,
    version: "2026.11.3",
    labels: { zone: "eu-1" },
  });
}

/** Succeeded, or dead. */
async function finished(producer: Producer, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) for await (const _ of producer.watch(id));
}

/** How far ahead the latest of the scheduled jobs is due, at most. */
export const SEEDED_AHEAD_MS = 25 * HOUR_MS;
