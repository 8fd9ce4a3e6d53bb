// Nothing was ever sent here: how to send the first job and how to do it, with this server's address filled in. The page
// turns into the overview by itself when the first job comes.
import { create } from "@bufbuild/protobuf";
import { JobSpecSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import type { Overview } from "../../src/gen/lakh/v1/overview_pb.ts";
import { type CopyLanguage, copyEnqueue } from "../copy-as/copy-as.ts";
import { Snippets } from "../copy-as/snippets.tsx";
import { openEnqueue } from "../enqueue/enqueue-store.ts";
import { formatMany } from "../format/numbers.ts";
import { Icon } from "../parts/icon.tsx";
import { useMay } from "../shell/me.ts";
import { SERVER_URL } from "../shell/router.tsx";
import { WorkerSnippets } from "../workers/first-worker.tsx";
import "../workers/workers.css";

const NAME = "welcome";

export function FirstSteps({ overview }: { readonly overview: Overview }) {
  const may = useMay();
  return (
    <div className="panel empty">
      <h2>Send your first job</h2>
      <p>A job is a name and a payload. When the answer comes, it is safe on disk.</p>
      <ol className="steps">
        <li>
          <h3>Enqueue it, here or from anywhere</h3>
          {may.change && (
            <div className="row">
              <button type="button" className="button primary" onClick={() => openEnqueue({ name: NAME })}>
                <Icon name="plus" /> Enqueue
              </button>
            </div>
          )}
          <JobSnippets />
        </li>
        <li>
          <h3>
            Let a worker do it{" "}
            {overview.workers > 0 && (
              <span className="quiet">({formatMany(overview.workers, "worker")} connected already)</span>
            )}
          </h3>
          <WorkerSnippets name={NAME} />
        </li>
      </ol>
    </div>
  );
}

function JobSnippets() {
  const payload = { case: "data", value: new TextEncoder().encode('{"user":42}') } as const;
  const spec = create(JobSpecSchema, { name: NAME, payload });
  const textOf = (language: CopyLanguage) => copyEnqueue(spec, language, { serverUrl: SERVER_URL });
  return <Snippets label="Language of the job" first="curl" textOf={textOf} />;
}
