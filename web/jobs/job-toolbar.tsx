// Above the jobs: their order, and what may be done with those that are picked, or with all that match.
import { useState } from "react";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";
import type { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { type BulkKind, openBulk } from "../bulk/bulk-store.ts";
import { BULK_WORDS, kindsFor } from "../bulk/bulk-words.ts";
import { formatCount } from "../format/numbers.ts";
import type { Picks } from "../parts/picks.ts";
import { useMay } from "../shell/me.ts";
import { goParams } from "../shell/router.tsx";
import { ARRIVALS_MAX } from "./arrivals.ts";
import { isCounted } from "./counted.ts";
import { ORDER_WORDS, ORDERS, type OrderWord } from "./job-order.ts";
import { type Arrivals, useArrivals } from "./use-arrivals.ts";
import type { JobSearchInUse } from "./use-job-search.ts";

export interface JobToolbarProps {
  readonly filter: JobFilter;
  readonly order: OrderWord;
  readonly found: JobSearchInUse;
  readonly picks: Picks;
}

export function JobToolbar({ filter, order, found, picks }: JobToolbarProps) {
  const { change } = useMay();
  const arrivals = useArrivals(filter, ORDERS[order].order, found);
  return (
    <div className="jobs-toolbar">
      {change && <PickedActions key={String(picks.keys.size === 0)} {...{ filter, found, picks }} />}
      <span className="gap" />
      <ArrivalsButton arrivals={arrivals} />
      <label className="row">
        <span className="quiet">Order</span>
        <select
          className="input"
          value={order}
          onChange={({ target }) => goParams({ order: target.value === "best" ? undefined : target.value })}
        >
          {ORDER_WORDS.map((word) => (
            <option key={word} value={word}>
              {ORDERS[word].label}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** Rows never move by themselves: what is new waits here. */
function ArrivalsButton({ arrivals: { count, isMore, show } }: { readonly arrivals: Arrivals }) {
  if (count === 0) return null;
  return (
    <button type="button" className="button small" onClick={show}>
      {formatCount(count)}
      {isMore || count >= ARRIVALS_MAX ? "+" : ""} new
    </button>
  );
}

/** Nothing that is picked is the way to all that match. */
function PickedActions({ filter, found, picks }: Omit<JobToolbarProps, "order">) {
  const [isAll, setAll] = useState(false);
  const { rows, view } = found;
  const count = picks.keys.size;
  const all = isCounted(filter) ? `all ${formatCount(view.candidates)}` : "all";
  if (isAll) {
    const states = filter.retrying ? [] : filter.states;
    return (
      <div className="row">
        <strong>{all} matching</strong>
        <Actions states={states} run={(kind) => openBulk({ kind, filter })} />
        <button type="button" className="button bare small" onClick={() => setAll(false)}>
          Not all
        </button>
      </div>
    );
  }
  const states = rows.filter(({ id }) => picks.has(id)).map(({ state }) => state);
  return (
    <div className="row">
      {count > 0 && (
        <>
          <strong>{formatCount(count)} picked</strong>
          <Actions states={states} run={(kind) => openBulk({ kind, ids: [...picks.keys] })} />
        </>
      )}
      <button type="button" className="button small" onClick={() => setAll(true)}>
        Choose {all} matching
      </button>
    </div>
  );
}

interface ActionsProps {
  /** Of the jobs; none: any. */
  readonly states: readonly JobState[];
  readonly run: (kind: BulkKind) => void;
}

function Actions({ states, run }: ActionsProps) {
  return kindsFor(states).map((kind) => (
    <button
      key={kind}
      type="button"
      className={`button small ${BULK_WORDS[kind].isDanger ? "danger" : ""}`}
      onClick={() => run(kind)}
    >
      {BULK_WORDS[kind].verb} …
    </button>
  ));
}
