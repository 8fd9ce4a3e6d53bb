// How far an operation is: what it matched, changed and skipped, how fast it goes, how long it will take.
import type { Operation } from "../../src/gen/lakh/v1/operation_pb.ts";
import { formatCount, formatRate } from "../format/numbers.ts";
import { formatProgress } from "../format/progress.ts";
import { formatSpan } from "../format/times.ts";
import { Figure } from "../parts/count.tsx";
import { STATE_WORDS, shareOf } from "./operation-words.ts";
import "./operations.css";
import { isRunning, usePace } from "./use-operations.ts";

export function OperationProgress({ operation }: { readonly operation: Operation }) {
  const { state, searched, candidates, changed, skipped } = operation;
  const pace = usePace(operation);
  const isNow = isRunning(operation);
  return (
    <div className="operation-progress">
      <OperationBar operation={operation} />
      <p className="row" role="status">
        <strong>{STATE_WORDS[state]}</strong>
        <span className="quiet">looked at {formatProgress(searched, candidates)}</span>
      </p>
      <div className="figures">
        <Figure label="matched">{formatCount(changed + skipped)}</Figure>
        <Figure label="changed">{formatCount(changed)}</Figure>
        <Figure label="skipped">{formatCount(skipped)}</Figure>
        <Figure label="a second">{pace ? formatRate(pace.perSecond) : "-"}</Figure>
        {isNow && <Figure label="left">{pace?.leftMs === undefined ? "-" : formatSpan(pace.leftMs)}</Figure>}
      </div>
      {skipped > 0n && (
        <p className="quiet">
          Skipped jobs matched and had moved on when their turn came: nothing is forced.
        </p>
      )}
    </div>
  );
}

export function OperationBar({ operation }: { readonly operation: Operation }) {
  return (
    <progress
      className="operation-bar"
      aria-label="Progress"
      max={1}
      value={shareOf(operation)}
      data-state={STATE_WORDS[operation.state]}
    />
  );
}
