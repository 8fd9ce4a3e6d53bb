// The same as a table, for whoever cannot see the lines, or wants the figures.
import type { History } from "../../src/gen/lakh/v1/system_pb.ts";
import { formatInstant } from "../format/times.ts";
import { usePreferences } from "../settings/preferences.ts";
import type { ChartKind } from "./chart-kinds.ts";
import { startsOf, tableOf } from "./history-model.ts";
import { StretchLink } from "./stretch-link.tsx";

const ROWS_MAX = 30;

export interface ChartTableProps {
  readonly kind: ChartKind;
  readonly history: History;
  /** Empty for all names. */
  readonly name: string;
}

export function ChartTable({ kind, history, name }: ChartTableProps) {
  const { title, lines, format } = kind;
  return (
    <details className="chart-table">
      <summary>
        As a table<span className="unseen">: {title}</span>
      </summary>
      {kind.tellsStarts && <Starts history={history} />}
      <div className="table-frame">
        <table className="table">
          <caption className="unseen">{title}</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              {lines.map(({ key, label }) => (
                <th key={key} scope="col" className="number">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tableOf(history, lines, ROWS_MAX).map(({ fromMs, toMs, values }) => (
              <tr key={fromMs}>
                <th scope="row">
                  <StretchLink stretch={{ fromMs, toMs }} name={name} has="start" />
                </th>
                {values.map((value, i) => (
                  <td key={lines[i]?.key} className="number">
                    {value === null ? "-" : format(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** What the dashed lines mark. */
function Starts({ history }: { readonly history: History }) {
  const { zone } = usePreferences();
  const starts = startsOf(history);
  if (starts.length === 0) return null;

  const words = starts.map(({ atS, version }) => `${formatInstant(atS * 1_000, zone)} (${version})`);
  return <p className="quiet">The server started at {words.join(", ")}</p>;
}
