// Every name that has jobs, is paused, or is offered by a worker.
import { useState } from "react";
import { formatMany } from "../format/numbers.ts";
import { usePicks } from "../parts/picks.ts";
import { Empty, Failure, ScreenHead, Waiting } from "../parts/section.tsx";
import { Segments } from "../parts/segments.tsx";
import { goParams, Link, usePlace } from "../shell/router.tsx";
import { usePausing } from "./pause-button.tsx";
import { chooseQueues, QUEUE_ORDERS, type QueueOrder } from "./queue-choice.ts";
import { QueuesTable } from "./queues-table.tsx";
import { useHeardAt } from "./ready-age.tsx";
import { QUEUES_MAX, useQueues } from "./use-queues.ts";

/** Every row changes with every message: a thousand at once are work for the browser that few ask for. */
const DRAWN_AT_ONCE = 200;

export function QueuesScreen() {
  const { params } = usePlace();
  const { text = "" } = params;
  const now = useHeardAt();
  const { queues, more, isPending, error, refetch } = useQueues(text);
  const picks = usePicks();
  const order = QUEUE_ORDERS.find(([known]) => known === params.order)?.[0] ?? "name";
  const shown = chooseQueues(queues, { text, order, now });
  const [drawn, setDrawn] = useState(DRAWN_AT_ONCE);
  const showMore = () => setDrawn(drawn + DRAWN_AT_ONCE);
  const left = Math.max(0, shown.length - drawn) + (text === "" ? more : 0);
  const picked = [...picks.keys].filter((name) => shown.some((queue) => queue.name === name));
  return (
    <>
      <ScreenHead title="Queues">
        <Chooser text={text} order={order} />
      </ScreenHead>
      {error && <Failure error={error} retry={() => refetch()} />}
      {isPending && <Waiting />}
      {shown.length > 0 && <QueuesTable queues={shown.slice(0, drawn)} picks={picks} />}
      {picked.length > 0 && <Picked names={picked} clear={picks.clear} />}
      {!isPending && !error && shown.length === 0 && <NoQueues hasAny={queues.length > 0} />}
      {left > 0 && (
        <More left={left} show={shown.length > drawn && drawn < QUEUES_MAX ? showMore : undefined} />
      )}
    </>
  );
}

interface MoreProps {
  readonly left: number;
  /** Undefined where no more is drawn. */
  readonly show: (() => void) | undefined;
}

function More({ left, show }: MoreProps) {
  return (
    <div className="row">
      <span className="quiet">And {formatMany(left, "more queue")}: write how their names begin.</span>
      {show && (
        <button type="button" className="button small" onClick={show}>
          Show {DRAWN_AT_ONCE} more
        </button>
      )}
    </div>
  );
}

function Chooser({ text, order }: { readonly text: string; readonly order: QueueOrder }) {
  return (
    <>
      <input
        className="input chooser"
        type="search"
        data-filter=""
        aria-label="Names that contain"
        placeholder="Names that contain …"
        value={text}
        onChange={({ target }) => goParams({ text: target.value || undefined }, "replace")}
      />
      <Segments
        label="Order"
        options={QUEUE_ORDERS}
        value={order}
        change={(next) => goParams({ order: next === "name" ? undefined : next })}
      />
    </>
  );
}

/** Over the foot of the window, so that no row moves when one is picked. */
function Picked({ names, clear }: { readonly names: readonly string[]; readonly clear: () => void }) {
  const { pause, resume } = usePausing();
  return (
    <div className="row picked-bar">
      <span>{formatMany(names.length, "queue")} picked</span>
      <button type="button" className="button small" onClick={() => pause(names)}>
        Pause
      </button>
      <button type="button" className="button small" onClick={() => resume(names)}>
        Resume
      </button>
      <button type="button" className="button bare small" onClick={clear}>
        Pick none
      </button>
    </div>
  );
}

function NoQueues({ hasAny }: { readonly hasAny: boolean }) {
  return hasAny ? (
    <Empty title="No name contains that">
      <button type="button" className="button" onClick={() => goParams({ text: undefined })}>
        Show all names
      </button>
    </Empty>
  ) : (
    <Empty title="No queues yet">
      <p>A name appears here with its first job or its first worker; it need not be declared.</p>
      <Link screen="" className="button">
        How to send the first job
      </Link>
    </Empty>
  );
}
