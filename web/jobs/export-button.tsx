// Downloads all that match, and says how far it is.
import { useRef, useState } from "react";
import type { JobOrder } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobView } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";
import { formatCount, formatMany } from "../format/numbers.ts";
import { tellNotice } from "../parts/notice.tsx";
import { admin } from "../shell/admin.ts";
import { wordsOf } from "../shell/connection.tsx";
import { saveBlob } from "../text/save.ts";
import { EXPORT_MAX, type Exported, type ExportProgress, exportJobs } from "./job-export.ts";
import type { JobSearchParts } from "./job-search.ts";

export interface ExportButtonProps {
  readonly filter: JobFilter;
  readonly order: JobOrder;
}

export function ExportButton({ filter, order }: ExportButtonProps) {
  const [progress, setProgress] = useState<ExportProgress>();
  const stop = useRef<AbortController>(undefined);
  const run = async () => {
    stop.current = new AbortController();
    setProgress({ jobs: 0, searched: 0n, candidates: 0n });
    try {
      const list: JobSearchParts["list"] = (request) => admin.listJobs({ ...request, view: JobView.FULL });
      deliver(await exportJobs({ list, filter, order, signal: stop.current.signal, told: setProgress }));
    } catch (error) {
      tellNotice({ tone: "error", text: `The export ended early: ${wordsOf(error)}` });
    } finally {
      setProgress(undefined);
    }
  };
  if (!progress)
    return (
      <button
        type="button"
        className="button"
        title={`All that match, as NDJSON, at most ${formatCount(EXPORT_MAX)} jobs`}
        onClick={() => void run()}
      >
        Export NDJSON
      </button>
    );
  return (
    <span className="row" role="status">
      <span>{formatMany(progress.jobs, "job")} so far</span>
      <button type="button" className="button" onClick={() => stop.current?.abort()}>
        Stop and save
      </button>
    </span>
  );
}

function deliver({ blob, jobs, isWhole }: Exported): void {
  saveBlob("jobs.ndjson", blob);
  const rest =
    jobs >= EXPORT_MAX
      ? `, the most that one file takes; narrow the filter for the rest`
      : ", as far as it came";
  tellNotice({ tone: "done", text: `Exported ${formatMany(jobs, "job")}${isWhole ? "" : rest}.` });
}
