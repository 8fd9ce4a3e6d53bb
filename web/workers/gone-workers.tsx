// Workers that have gone, in grey.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { printFilter } from "../../src/client/filter.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { formatCount } from "../format/numbers.ts";
import { Section } from "../parts/section.tsx";
import { type Column, Table } from "../parts/table.tsx";
import { Ago } from "../parts/time.tsx";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import type { Farewell } from "./farewells.ts";

export function GoneWorkers({ gone }: { readonly gone: readonly Farewell[] }) {
  if (gone.length === 0) return null;

  return (
    <Section title="Gone in the last hour">
      <div className="panel gone-workers">
        <Table
          caption="Workers that have gone while this page was open"
          columns={COLUMNS}
          rows={gone}
          keyOf={({ worker, at }) => `${worker.workerId} ${at}`}
        />
      </div>
    </Section>
  );
}

const COLUMNS: readonly Column<Farewell>[] = [
  {
    key: "id",
    head: "Worker",
    isWide: true,
    cell: ({ worker }) => (
      <span className="mono">
        <UserText text={worker.workerId} />
      </span>
    ),
  },
  { key: "at", head: "Gone", cell: ({ at }) => <Ago at={timestampFromMs(at)} /> },
  {
    key: "held",
    head: "Held then",
    isNumber: true,
    cell: ({ worker }) => (
      <Link screen="jobs" params={{ q: queryOf(worker.workerId) }}>
        {formatCount(worker.held)}
      </Link>
    ),
  },
  {
    key: "succeeded",
    head: "Succeeded",
    isNumber: true,
    cell: ({ worker }) => formatCount(worker.succeeded),
  },
  { key: "failed", head: "Failed", isNumber: true, cell: ({ worker }) => formatCount(worker.failed) },
];

function queryOf(workerId: string): string {
  return printFilter(create(JobFilterSchema, { workerIds: [workerId] }));
}
