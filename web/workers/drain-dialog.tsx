// Asks before workers are told to finish.
import { useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { formatMany } from "../format/numbers.ts";
import { Dialog } from "../parts/dialog.tsx";
import { tellNotice } from "../parts/notice.tsx";
import { EnvironmentBadge } from "../shell/head.tsx";
import { UserText } from "../text/text.tsx";
import { type DrainRequest, openDrain, useDrain } from "./drain-store.ts";

export function DrainDialog() {
  const asked = useDrain();
  return asked ? <Drain asked={asked} /> : null;
}

function Drain({ asked }: { readonly asked: DrainRequest }) {
  const close = () => openDrain(undefined);
  const queries = useQueryClient();
  const drain = useMutation(AdminService.method.drainWorkers, {
    onSuccess({ workerIds }) {
      tellNotice({ tone: "done", text: `${formatMany(workerIds.length, "worker")} told to finish.` });
      void queries.invalidateQueries();
      close();
    },
  });
  const foot = (
    <>
      <EnvironmentBadge />
      <button type="button" className="button" onClick={close}>
        Back
      </button>
      <button
        type="button"
        className="button primary"
        disabled={drain.isPending}
        onClick={() => drain.mutate(asked.request)}
      >
        Drain
      </button>
    </>
  );
  return (
    <Dialog title="Drain" close={close} foot={foot}>
      <p>
        <strong>
          <UserText text={asked.title} />
        </strong>{" "}
        will finish what it holds, get no more jobs, and exit. A worker that comes back under the same id is
        told so again until the server restarts.
      </p>
    </Dialog>
  );
}
