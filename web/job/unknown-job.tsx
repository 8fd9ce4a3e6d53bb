// There is no job of this id, or none any more: how long jobs are kept here, and how to look for it.
import { create } from "@bufbuild/protobuf";
import { useQuery } from "@connectrpc/connect-query";
import { printFilter } from "../../src/client/filter.ts";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { Empty, ScreenHead } from "../parts/section.tsx";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { retentionWords } from "./retention-words.ts";

export function UnknownJob({ id }: { readonly id: string }) {
  const { data } = useQuery(AdminService.method.getSystem, {}, { staleTime: 60_000, retry: false });
  return (
    <>
      <ScreenHead
        title={
          <span className="mono">
            <UserText text={id || "Job"} max={128} />
          </span>
        }
      />
      <Empty title="Unknown id">
        <p>{retentionWords(data?.system?.settings ?? [])}</p>
        <div className="row">
          <Link screen="jobs" params={{ q: payloadFilter(id) }} className="button">
            Search payloads for it
          </Link>
          <Link screen="jobs" className="button">
            All jobs
          </Link>
        </div>
      </Empty>
    </>
  );
}

/** An id of another system is most likely in a payload. */
function payloadFilter(id: string): string {
  return printFilter(create(JobFilterSchema, { payloadText: id.slice(0, 200) }));
}
