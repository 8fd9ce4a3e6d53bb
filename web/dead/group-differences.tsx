// What tells the members of a group apart: is it one tenant, one host, one version?
import { create } from "@bufbuild/protobuf";
import { printFilter } from "../../src/client/filter.ts";
import type { DeadGroupKind } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { formatCount, formatShare } from "../format/numbers.ts";
import { Section } from "../parts/section.tsx";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { labelCounts } from "./differences.ts";
import { filterOfGroup } from "./group-filter.ts";

const LABELS_SHOWN = 8;

export interface GroupDifferencesProps {
  readonly jobs: readonly Job[];
  readonly all: bigint | undefined;
  readonly group: string;
  readonly kind: DeadGroupKind;
}

export function GroupDifferences({ jobs, all, group, kind }: GroupDifferencesProps) {
  const counts = labelCounts(jobs, LABELS_SHOWN);
  if (counts.length === 0) return null;

  const isPart = all !== undefined && BigInt(jobs.length) < all;
  const of = `of the latest ${formatCount(jobs.length)}`;
  return (
    <Section title="Labels" aside={isPart && <span className="quiet">{of}</span>}>
      <ul className="panel padded differences">
        {counts.map(({ key, value, jobs: having }) => (
          <li key={JSON.stringify([key, value])}>
            <meter min={0} max={jobs.length} value={having} aria-hidden="true" />
            <span className="number">{formatShare(having / jobs.length)}</span>
            <Link screen="jobs" params={{ q: queryOf({ group, kind, key, value }) }}>
              <span className="quiet">
                <UserText text={key} />
              </span>{" "}
              <UserText text={value} />
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface Labelled {
  readonly group: string;
  readonly kind: DeadGroupKind;
  readonly key: string;
  readonly value: string;
}

function queryOf({ group, kind, key, value }: Labelled): string {
  const filter = create(JobFilterSchema, { ...filterOfGroup(group, kind), labels: { [key]: value } });
  return printFilter(filter);
}
