// What a worker has to report, until the server says that it is on disk.
import { create } from "@bufbuild/protobuf";
import { type Holding, HoldingSchema, type Report } from "../gen/lakh/v1/worker_pb.ts";
import { keyOf } from "./held-jobs.ts";
import { Outbox } from "./outbox.ts";
import { sizeMax } from "./payload.ts";

const reportsMax = 1_000;
const bytesMax = 2 * 1024 * 1024;

/** Reports in their order, acknowledged by count. */
export class ReportOutbox {
  readonly #reports = new Outbox<Report>();
  /** Extensions that are not sent yet: a newer one of the same delivery takes the older one's place. */
  readonly #unsentExtends = new Map<string, Report>();

  get size(): number {
    return this.#reports.size;
  }

  add(report: Report): void {
    const older = this.#unsentExtends.get(keyOf(report));
    if (report.report.case !== "extend") {
      this.#reports.add(report);
    } else if (older?.report.case === "extend") {
      older.report.value.progress = report.report.value.progress ?? older.report.value.progress;
    } else {
      this.#unsentExtends.set(keyOf(report), report);
      this.#reports.add(report);
    }
  }

  /** As many as one message may hold. */
  take(): Report[] {
    let bytes = 0;
    const taken = this.#reports.take(reportsMax, (report) => {
      bytes += reportSizeMax(report);
      return bytes <= bytesMax;
    });
    for (const report of taken) this.#unsentExtends.delete(keyOf(report));
    return taken;
  }

  /** The server has this many of the stream's reports on disk. */
  acknowledge(through: number): void {
    this.#reports.acknowledge(through);
  }

  /** A new stream begins; what is not on disk is said again. */
  restart(): void {
    this.#reports.restart();
  }

  /** Deliveries whose end is reported but not on disk: for the server the worker still holds them. */
  holding(): Holding[] {
    return [...this.#reports]
      .filter(({ report }) => report.case !== "extend")
      .map(({ jobId, attempt }) => create(HoldingSchema, { jobId, attempt }));
  }

  /** Resolves when everything is on disk. */
  empty(): Promise<void> {
    return this.#reports.empty();
  }
}

function reportSizeMax({ jobId, report }: Report): number {
  const head = jobId.length + 64;
  if (report.case === "succeed") return head + (report.value.result ? sizeMax(report.value.result.value) : 0);
  if (report.case !== "fail") return head + 600;

  const { error } = report.value;
  return head + 3 * ((error?.class.length ?? 0) + (error?.message.length ?? 0) + (error?.stack.length ?? 0));
}
