// How much comes due in each quarter of an hour of the next day, as a strip of columns.
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { formatCount, formatMany } from "../format/numbers.ts";
import { formatClock } from "../format/times.ts";
import { Section } from "../parts/section.tsx";
import { usePreferences } from "../settings/preferences.ts";
import { columnsOf, type DensityColumn, sumOf } from "./density.ts";

const AGAIN_MS = 15_000;
const HEIGHT = 56;
const TICKS = 4;

export function DensityStrip({ name }: { readonly name: string | undefined }) {
  const { data } = useQuery(
    AdminService.method.getSchedule,
    { name: name ?? "" },
    { refetchInterval: AGAIN_MS, placeholderData: keepPreviousData },
  );
  const columns = data?.schedule ? columnsOf(data.schedule) : [];
  const { scheduled, retrying } = sumOf(columns);
  const atLeast = data?.schedule?.complete === false ? "at least " : "";
  const words = `${atLeast}${formatMany(scheduled, "job")} for later, ${formatCount(retrying)} retrying`;
  return (
    <Section title="The next 24 hours" aside={<span className="quiet">{data && words}</span>}>
      <div className="panel padded density">
        <Columns columns={columns} words={words} />
        <Ticks columns={columns} />
      </div>
    </Section>
  );
}

function Columns({ columns, words }: { readonly columns: readonly DensityColumn[]; readonly words: string }) {
  return (
    <svg
      role="img"
      aria-label={words}
      width="100%"
      height={HEIGHT}
      viewBox={`0 0 ${Math.max(columns.length, 1)} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {columns.map((column, i) => (
        <Column key={column.fromMs} column={column} x={i} />
      ))}
    </svg>
  );
}

function Column({ column, x }: { readonly column: DensityColumn; readonly x: number }) {
  const { zone } = usePreferences();
  const { fromMs, toMs, scheduled, retrying, scheduledHeight, retryingHeight } = column;
  const [low, high] = [scheduledHeight * HEIGHT, retryingHeight * HEIGHT];
  return (
    <g>
      <title>
        {`${formatClock(fromMs, zone)} to ${formatClock(toMs, zone)}: ${formatCount(scheduled)} for later, ${formatCount(retrying)} retrying`}
      </title>
      <rect className="touch" x={x} y={0} width={1} height={HEIGHT} />
      <rect className="scheduled" x={x + 0.1} y={HEIGHT - low} width={0.8} height={low} />
      <rect className="retrying" x={x + 0.1} y={HEIGHT - low - high} width={0.8} height={high} />
    </g>
  );
}

function Ticks({ columns }: { readonly columns: readonly DensityColumn[] }) {
  const { zone } = usePreferences();
  const every = Math.max(1, Math.floor(columns.length / TICKS));
  return (
    <div className="ticks quiet" aria-hidden="true">
      {columns
        .filter((_, i) => i % every === 0)
        .map(({ fromMs }, i) => (
          <span key={fromMs}>{i === 0 ? "now" : formatClock(fromMs, zone).slice(0, 5)}</span>
        ))}
    </div>
  );
}
