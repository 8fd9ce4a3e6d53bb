// The operation that a change of many jobs has become, as long as somebody looks at it.
import type { Operation } from "../../src/gen/lakh/v1/operation_pb.ts";
import { OperationState } from "../../src/gen/lakh/v1/operation_pb.ts";
import { OperationProgress } from "../operations/operation-progress.tsx";
import { StopButton } from "../operations/stop-button.tsx";
import { useOperation } from "../operations/use-operations.ts";
import { Dialog } from "../parts/dialog.tsx";
import { tellNotice } from "../parts/notice.tsx";
import { EnvironmentBadge } from "../shell/head.tsx";
import { Link } from "../shell/router.tsx";
import { type BulkKind, closeBulk } from "./bulk-store.ts";
import { BULK_WORDS } from "./bulk-words.ts";

export interface BulkRunningProps {
  readonly begun: Operation;
  readonly kind: BulkKind;
}

export function BulkRunning({ begun, kind }: BulkRunningProps) {
  const operation = useOperation(begun.id).data ?? begun;
  const isRunning = operation.state === OperationState.RUNNING;
  const leave = () => {
    closeBulk();
    if (isRunning) tellGoesOn(operation);
  };
  const foot = (
    <>
      <EnvironmentBadge />
      <span className="gap" />
      {isRunning && <StopButton id={operation.id} />}
      <button type="button" className="button primary" onClick={leave}>
        {isRunning ? "Close, it goes on" : "Close"}
      </button>
    </>
  );
  return (
    <Dialog title={BULK_WORDS[kind].verb} close={leave} foot={foot}>
      <OperationProgress operation={operation} />
    </Dialog>
  );
}

function tellGoesOn({ id }: Operation): void {
  tellNotice({
    tone: "done",
    text: "It goes on in the background.",
    more: (
      <Link screen="operations" params={{ id }}>
        Follow it
      </Link>
    ),
  });
}
