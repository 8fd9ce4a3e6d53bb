// Whether a change can be taken back, with the retention that this server has.
import { useQuery } from "@connectrpc/connect-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { BulkKind } from "./bulk-store.ts";
import { retentionInWords } from "./retention.ts";

export function Consequence({ kind }: { readonly kind: BulkKind }) {
  if (kind === "cancel") return <CancelConsequence />;
  if (kind === "delete")
    return <p>Deleting cannot be taken back: the jobs are forgotten, with their payloads.</p>;
  return null;
}

function CancelConsequence() {
  const { data } = useQuery(AdminService.method.getSystem, {}, { staleTime: 60_000, retry: false });
  const value = data?.system?.settings.find(({ key }) => key === "retention_cancelled")?.value;
  return (
    <p>
      {retentionInWords(value)} Workers that hold one of the jobs are told. Deleting, in contrast, could not
      be taken back.
    </p>
  );
}
