// How the server itself is doing: its process, its store, what it refused, and every setting with where it comes from.
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { System } from "../../src/gen/lakh/v1/system_pb.ts";
import { formatBytes, formatCount, formatShare } from "../format/numbers.ts";
import { formatSpan, msOf } from "../format/times.ts";
import { Figure } from "../parts/count.tsx";
import { Failure, ScreenHead, Section, Waiting } from "../parts/section.tsx";
import { Instant, Span, useNow } from "../parts/time.tsx";
import { saveText } from "../text/save.ts";
import { diagnosticsOf } from "./diagnostics.ts";
import { RefusalsTable, SettingsTable } from "./system-tables.tsx";
import "./system.css";

const AGAIN_MS = 5_000;

export function SystemScreen() {
  const { data, error, isPending, refetch } = useQuery(
    AdminService.method.getSystem,
    {},
    { refetchInterval: AGAIN_MS, placeholderData: keepPreviousData },
  );
  const system = data?.system;
  return (
    <>
      <ScreenHead title="System">
        {system && (
          <button
            type="button"
            className="button"
            onClick={() => saveText("lakh-diagnostics.json", diagnosticsOf(system))}
          >
            Download diagnostics
          </button>
        )}
      </ScreenHead>
      {error && <Failure error={error} retry={() => refetch()} />}
      {isPending && <Waiting />}
      {system && (
        <>
          <Vitals system={system} />
          <StoreFacts system={system} />
          <Section title="Refused calls" aside={<span className="quiet">since the start</span>}>
            <RefusalsTable refusals={system.refusals} />
          </Section>
          <Section title="Settings">
            <SettingsTable settings={system.settings} />
          </Section>
        </>
      )}
    </>
  );
}

function Vitals({ system }: { readonly system: System }) {
  const now = useNow();
  const startedMs = msOf(system.startedAt) ?? now;
  return (
    <Section title="Process">
      <div className="panel padded system">
        <div className="figures">
          <Figure label="uptime">{formatSpan(now - startedMs)}</Figure>
          <Figure label="of one processor, last minute">{formatShare(system.processorShare)}</Figure>
          <Figure label="memory">{formatBytes(system.rssBytes)}</Figure>
          <Figure label="event loop late, p99">
            <Span of={system.eventLoopDelay?.p99} />
          </Figure>
          <Figure label="connections">{formatCount(system.connections)}</Figure>
          <Figure label="open calls">{formatCount(system.openCalls)}</Figure>
        </div>
        <dl className="facts">
          <dt>Version</dt>
          <dd>
            Lakh {system.version} on Node {system.runtime}, {system.platform}
          </dd>
          <dt>Started</dt>
          <dd>
            <Instant at={system.startedAt} />
          </dd>
          <dt>JavaScript heap</dt>
          <dd>{formatBytes(system.heapBytes)}</dd>
        </dl>
      </div>
    </Section>
  );
}

function StoreFacts({ system }: { readonly system: System }) {
  const { commit, diskBytes, diskFreeBytes } = system;
  return (
    <Section title="Store">
      <div className="panel padded system">
        <div className="figures">
          <Figure label="stored">{formatBytes(system.storeBytes)}</Figure>
          {diskFreeBytes !== undefined && diskBytes !== undefined && (
            <Figure label={`free of ${formatBytes(diskBytes)}`}>{formatBytes(diskFreeBytes)}</Figure>
          )}
          <Figure label="commit p50">
            <Span of={commit?.p50} />
          </Figure>
          <Figure label="commit p99, sync included">
            <Span of={commit?.p99} />
          </Figure>
        </div>
        <dl className="facts">
          <dt>Where</dt>
          <dd className="mono">{system.store}</dd>
        </dl>
      </div>
    </Section>
  );
}
