// Stops an operation. What it has changed stays changed, so nothing is asked.
import { createConnectQueryKey, useMutation } from "@connectrpc/connect-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { queryClient } from "../shell/connection.tsx";
import { useMay } from "../shell/me.ts";

export interface StopButtonProps {
  readonly id: string;
  /** In a row of a table. */
  readonly isSmall?: boolean;
}

export function StopButton({ id, isSmall = false }: StopButtonProps) {
  const { change } = useMay();
  const stop = useMutation(AdminService.method.stopOperation, {
    onSettled: () => {
      const queryKey = createConnectQueryKey({ schema: AdminService, cardinality: undefined });
      return queryClient.invalidateQueries({ queryKey });
    },
  });
  if (!change) return null;

  return (
    <button
      type="button"
      className={isSmall ? "button small" : "button"}
      disabled={stop.isPending}
      onClick={() => stop.mutate({ id })}
    >
      Stop
    </button>
  );
}
