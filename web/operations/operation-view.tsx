// One operation.
import type { Operation } from "../../src/gen/lakh/v1/operation_pb.ts";
import { Failure, ScreenHead, Waiting } from "../parts/section.tsx";
import { Instant, Span } from "../parts/time.tsx";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { FilterLink } from "./filter-link.tsx";
import { OperationProgress } from "./operation-progress.tsx";
import { KIND_WORDS } from "./operation-words.ts";
import { StopButton } from "./stop-button.tsx";
import { isRunning, useOperation } from "./use-operations.ts";

export function OperationView({ id }: { readonly id: string }) {
  const { data, error, isPending, refetch } = useOperation(id);
  return (
    <>
      <ScreenHead title={data ? KIND_WORDS[data.kind] : "Operation"}>
        <Link screen="operations" className="button">
          All operations
        </Link>
        {data && isRunning(data) && <StopButton id={id} />}
      </ScreenHead>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {isPending && <Waiting />}
      {data && (
        <>
          <div className="panel padded">
            <OperationProgress operation={data} />
          </div>
          <OperationFacts operation={data} />
        </>
      )}
    </>
  );
}

function OperationFacts({ operation }: { readonly operation: Operation }) {
  const { id, asOf, spread, createdAt, finishedAt } = operation;
  return (
    <dl className="facts">
      <dt>Jobs</dt>
      <dd>
        <FilterLink operation={operation} />
      </dd>
      <dt>As of</dt>
      <dd>
        <Instant at={asOf} precision="ms" />{" "}
        <span className="quiet">what came into its state later is left alone</span>
      </dd>
      {spread && (
        <>
          <dt>Spread over</dt>
          <dd>
            <Span of={spread} />
          </dd>
        </>
      )}
      <dt>Begun</dt>
      <dd>
        <Instant at={createdAt} />
      </dd>
      {finishedAt && (
        <>
          <dt>Ended</dt>
          <dd>
            <Instant at={finishedAt} />
          </dd>
        </>
      )}
      <dt>Id</dt>
      <dd className="mono">
        <UserText text={id} />
      </dd>
    </dl>
  );
}
