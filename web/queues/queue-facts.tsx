// What else there is to know of one name: its oldest job, its workers, how long its jobs are kept.
import { useQuery } from "@connectrpc/connect-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { Ago } from "../parts/time.tsx";
import { Link } from "../shell/router.tsx";
import { ReadyAge } from "./ready-age.tsx";
import { useUnserved } from "./use-unserved.ts";

export function QueueFacts({ queue }: { readonly queue: Queue }) {
  const { name, workers, held, capacity, oldestReadyAge } = queue;
  return (
    <div className="panel">
      <dl className="queue-facts">
        <div>
          <dt>State</dt>
          <dd>
            <Standing queue={queue} />
          </dd>
        </div>
        <div>
          <dt>Oldest ready</dt>
          <dd>
            <ReadyAge age={oldestReadyAge} name={name} />
          </dd>
        </div>
        <div>
          <dt>Workers</dt>
          <dd>
            <Link screen="workers" params={{ name }}>
              {workers}
            </Link>
            {workers > 0 && (
              <span className="quiet">
                {" "}
                {held} of {capacity} busy
              </span>
            )}
          </dd>
        </div>
        <Kept />
      </dl>
    </div>
  );
}

function Standing({ queue }: { readonly queue: Queue }) {
  const unserved = useUnserved([queue]);
  if (unserved.has(queue.name)) return <span className="badge alarm">no workers</span>;
  if (!queue.paused) return <span className="quiet">not paused</span>;

  return (
    <span className="row">
      <span className="badge warning">paused</span>
      <span className="quiet">{queue.pausedSince && <Ago at={queue.pausedSince} />}</span>
    </span>
  );
}

const KINDS = ["succeeded", "dead", "cancelled"] as const;

/** Of the server; a job can say otherwise. */
function Kept() {
  const { data } = useQuery(AdminService.method.getSystem, {}, { staleTime: 60_000, retry: false });
  const settings = new Map(data?.system?.settings.map(({ key, value }) => [key, value]));
  const known = KINDS.flatMap((kind) => {
    const value = settings.get(`retention_${kind}`);
    return value === undefined ? [] : [[kind, value] as const];
  });
  return (
    <div>
      <dt>Kept</dt>
      <dd className="row">
        {known.length === 0 && <span className="quiet">-</span>}
        {known.map(([kind, value]) => (
          <span key={kind}>
            <span className="quiet">{kind}</span> {value.replace(/(?<=\d)(?=[a-z])/, " ")}
          </span>
        ))}
      </dd>
    </div>
  );
}
