// What calls for somebody, or that nothing does: one line is always there, so that a warning moves nothing.
import { useQuery } from "@connectrpc/connect-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { Icon } from "../parts/icon.tsx";
import { useHeardAt } from "../queues/ready-age.tsx";
import { useUnserved } from "../queues/use-unserved.ts";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { type Warning, warningsOf } from "./warnings.ts";

const AGAIN_MS = 60_000;

export function Warnings({ queues }: { readonly queues: readonly Queue[] }) {
  const unserved = useUnserved(queues);
  const now = useHeardAt();
  const { data } = useQuery(AdminService.method.getSystem, {}, { refetchInterval: AGAIN_MS, retry: false });
  const warnings = warningsOf({ queues, unserved, system: data?.system, now });
  return (
    <ul className="warnings" aria-label="Warnings">
      {warnings.length === 0 && <li className="quiet">No warnings</li>}
      {warnings.map((warning) => (
        <WarningLine key={warning.key} warning={warning} />
      ))}
    </ul>
  );
}

function WarningLine({ warning: { name, text, screen, params = {} } }: { readonly warning: Warning }) {
  return (
    <li className="warning">
      <Icon name="warning" />
      <Link screen={screen} params={params}>
        {name !== undefined && (
          <>
            <UserText text={name} max={80} />:{" "}
          </>
        )}
        {text}
      </Link>
    </li>
  );
}
