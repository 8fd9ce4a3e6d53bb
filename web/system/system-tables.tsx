// Refused calls and settings.
import { Code } from "@connectrpc/connect";
import { type RefusedCalls, type Setting, SettingSource } from "../../src/gen/lakh/v1/system_pb.ts";
import { formatCount } from "../format/numbers.ts";
import { type Column, Table } from "../parts/table.tsx";
import { UserText } from "../text/text.tsx";

export function RefusalsTable({ refusals }: { readonly refusals: readonly RefusedCalls[] }) {
  return (
    <div className="panel">
      {refusals.length === 0 ? (
        <p className="panel-note quiet">None.</p>
      ) : (
        <Table
          caption="Refused calls by rpc and code"
          columns={REFUSALS}
          rows={refusals}
          keyOf={({ rpc, code }) => `${rpc} ${code}`}
        />
      )}
    </div>
  );
}

const REFUSALS: readonly Column<RefusedCalls>[] = [
  {
    key: "rpc",
    head: "Rpc",
    isWide: true,
    cell: ({ rpc }) => <span className="mono">{rpc === "" ? "others" : <UserText text={rpc} />}</span>,
  },
  { key: "code", head: "Code", cell: ({ code }) => wordOfCode(code) },
  { key: "calls", head: "Calls", isNumber: true, cell: ({ calls }) => formatCount(calls) },
];

/** `Unavailable`. */
function wordOfCode(code: number): string {
  return Code[code] ?? String(code);
}

export function SettingsTable({ settings }: { readonly settings: readonly Setting[] }) {
  return (
    <div className="panel">
      <Table caption="Settings in force" columns={SETTINGS} rows={settings} keyOf={({ key }) => key} />
    </div>
  );
}

const SOURCES: Readonly<Record<SettingSource, string>> = {
  [SettingSource.UNSPECIFIED]: "",
  [SettingSource.DEFAULT]: "default",
  [SettingSource.FILE]: "lakh.toml",
  [SettingSource.ENVIRONMENT]: "environment",
  [SettingSource.FLAG]: "flag",
};

const SETTINGS: readonly Column<Setting>[] = [
  { key: "key", head: "Setting", isWide: true, cell: ({ key }) => <span className="mono">{key}</span> },
  {
    key: "value",
    head: "Value",
    cell: ({ value }) => (
      <span className="mono">
        {value === "" ? <span className="quiet">none</span> : <UserText text={value} />}
      </span>
    ),
  },
  {
    key: "source",
    head: "From",
    cell: ({ source }) => (
      <span className={source === SettingSource.DEFAULT ? "quiet" : undefined}>{SOURCES[source]}</span>
    ),
  },
  {
    key: "about",
    head: "About",
    isWide: true,
    cell: ({ description }) => <span className="quiet">{description.replaceAll("`", "")}</span>,
  },
];
