// No jobs: because there are none yet, or because of a term of the filter, which can be taken out.
import { useQuery } from "@tanstack/react-query";
import { openEnqueue } from "../enqueue/enqueue-store.ts";
import { Empty } from "../parts/section.tsx";
import { admin } from "../shell/admin.ts";
import { useMay } from "../shell/me.ts";
import { goParams } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { type Blamed, blame } from "./blame.ts";
import { filterOf } from "./use-job-search.ts";

export function EmptyJobs({ text }: { readonly text: string }) {
  return <div className="panel">{text === "" ? <NoJobsYet /> : <NothingMatches text={text} />}</div>;
}

function NoJobsYet() {
  const { change } = useMay();
  return (
    <Empty title="No jobs yet">
      <p>
        Jobs show here as soon as somebody enqueues one: from a program, from the command line, or from here.
      </p>
      {change && (
        <button type="button" className="button primary" onClick={() => openEnqueue()}>
          Enqueue a job
        </button>
      )}
    </Empty>
  );
}

function NothingMatches({ text }: { readonly text: string }) {
  const { data } = useQuery({
    queryKey: ["blame", text],
    queryFn: () => blame(text, findsAny),
    staleTime: 5_000,
    retry: false,
  });
  return (
    <Empty title="No job matches">
      {data && data.length > 0 ? (
        <Blame blamed={data} />
      ) : (
        <p>Finished jobs are forgotten in the end; or a term is too narrow.</p>
      )}
      <button type="button" className="button" onClick={() => goParams({ q: undefined })}>
        Show all jobs
      </button>
    </Empty>
  );
}

function Blame({ blamed }: { readonly blamed: readonly Blamed[] }) {
  return (
    <>
      <p>
        {blamed.length === 1
          ? "One term removed everything:"
          : "Each of these terms removed what the others left:"}
      </p>
      <ul className="blamed">
        {blamed.map(({ term, rest }) => (
          <li key={term}>
            <button
              type="button"
              className="button"
              onClick={() => goParams({ q: rest === "" ? undefined : rest })}
            >
              Drop
              <code>
                <UserText text={term} max={60} />
              </code>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

async function findsAny(text: string): Promise<boolean> {
  const filter = filterOf(text);
  if (!filter) return false;
  const { jobs } = await admin.listJobs({ filter, pageSize: 1 });
  return jobs.length > 0;
}
