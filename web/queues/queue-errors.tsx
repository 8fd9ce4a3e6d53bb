// What goes wrong with jobs of one name: those that are tried again, and those that died of it.
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { AdminService, DeadGroupKind } from "../../src/gen/lakh/v1/admin_pb.ts";
import { GroupsTable } from "../dead/groups-table.tsx";
import { useLiveStatus } from "../live/use-live.tsx";
import { Section } from "../parts/section.tsx";
import { Link } from "../shell/router.tsx";
import "../dead/dead.css";

const AGAIN_MS = 5_000;

export function QueueErrors({ name }: { readonly name: string }) {
  return (
    <>
      <Groups name={name} kind={DeadGroupKind.RETRYING} title="Retrying" word="retrying" />
      <Groups name={name} kind={DeadGroupKind.DEAD} title="Dead" word="dead" />
    </>
  );
}

interface GroupsProps {
  readonly name: string;
  readonly kind: DeadGroupKind;
  readonly title: string;
  /** As the screen of the dead has it in its address. */
  readonly word: "retrying" | "dead";
}

function Groups({ name, kind, title, word }: GroupsProps) {
  const isStill = useLiveStatus().state === "paused";
  const { data } = useQuery(
    AdminService.method.listDeadGroups,
    { name, kind },
    { refetchInterval: isStill ? false : AGAIN_MS, placeholderData: keepPreviousData },
  );
  if (!data || data.groups.length === 0) return null;

  const aside = (
    <Link screen="dead" params={{ name, ...(word === "retrying" && { kind: word }) }}>
      All of this name
    </Link>
  );
  return (
    <Section title={title} aside={aside}>
      <GroupsTable groups={data.groups} kind={kind} name={name} />
    </Section>
  );
}
