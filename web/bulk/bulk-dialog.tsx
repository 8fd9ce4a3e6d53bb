// The one dialog that changes jobs: it shows what would be changed, asks in proportion, and follows what becomes of it.
import { useMutation, useQuery } from "@tanstack/react-query";
import type { BulkResult } from "../../src/gen/lakh/v1/operation_pb.ts";
import { formatMany } from "../format/numbers.ts";
import { Dialog } from "../parts/dialog.tsx";
import { tellNotice } from "../parts/notice.tsx";
import { Failure } from "../parts/section.tsx";
import { queryClient } from "../shell/connection.tsx";
import { callBulk } from "./bulk-calls.ts";
import "./bulk.css";
import { BulkQuestion } from "./bulk-question.tsx";
import { BulkRefusals } from "./bulk-refusals.tsx";
import { BulkRunning } from "./bulk-running.tsx";
import { type BulkRequest, closeBulk, tellChanged, useBulk } from "./bulk-store.ts";
import { BULK_WORDS } from "./bulk-words.ts";
import { foreseen, refusedOf } from "./foreseen.ts";

/** Part of the page once; `openBulk` opens it. */
export function BulkDialog() {
  const asked = useBulk();
  return asked ? <Bulk key={asked.key} request={asked.request} round={asked.key} /> : null;
}

function Bulk({ request, round }: { readonly request: BulkRequest; readonly round: number }) {
  const { kind } = request;
  const preview = useQuery({
    queryKey: ["bulk", round],
    queryFn: async () => foreseen(await callBulk(request, { dryRun: true })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const change = useMutation({
    meta: { showsErrors: true },
    mutationFn: (spreadMs: number) =>
      callBulk(request, { dryRun: false, spreadMs, asOf: preview.data?.asOf }),
    onSuccess: (result) => finish(request, result),
  });
  const operation = change.data?.operation;
  if (operation) return <BulkRunning begun={operation} kind={kind} />;
  if (change.data) return <BulkRefusals kind={kind} results={change.data.jobs} />;
  if (preview.data) return <BulkQuestion request={request} seen={preview.data} change={change} />;
  return (
    <Dialog title={BULK_WORDS[kind].verb} close={closeBulk}>
      {preview.error ? (
        <Failure error={preview.error} retry={() => void preview.refetch()} />
      ) : (
        <p className="quiet" role="status">
          Counting …
        </p>
      )}
    </Dialog>
  );
}

/** What was changed at once needs no more looking at, unless some of it was refused. */
function finish({ kind }: BulkRequest, { operation, jobs }: BulkResult): void {
  if (operation) return;

  const refused = refusedOf(jobs).length;
  const changed = jobs.length - refused;
  // Not the dialog's own question: it would count what has just been changed.
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "bulk" });
  tellChanged();
  if (refused > 0) return;

  closeBulk();
  tellNotice({ tone: "done", text: `${formatMany(changed, "job")} ${BULK_WORDS[kind].done}.` });
}
