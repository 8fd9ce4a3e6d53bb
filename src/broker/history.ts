// How things went, for the charts: recorded as it happens, written to the store once a minute and at a clean stop, read
// from both. What comes due is asked here too.
import type { JobName } from "../job/job.ts";
import type { Cell, HistoryPage, ServerStart } from "../store/history.ts";
import { ignoreStoreFault, type Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { Recorder } from "./history-recorder.ts";
import { joined, NAME_RINGS, RINGS, ringFor, type Series, seriesOf, stepOf } from "./history-rings.ts";
import { countSchedule, type Schedule, type ScheduleQuery } from "./schedule.ts";
import type { Statistics } from "./statistics.ts";
import type { Survey } from "./survey.ts";

const SECOND_MS = 1_000;

export interface HistoryQuery {
  /** Absent: all names together. */
  readonly name?: JobName;
  readonly windowMs: number;
  /** Only steps that begin later. */
  readonly after?: number;
}

/** Steps that have ended, the oldest first. */
export interface Past {
  readonly startAt: number;
  readonly stepMs: number;
  readonly series: Readonly<Record<Series, number[]>>;
  readonly starts: readonly ServerStart[];
}

export interface HistorySources {
  readonly store: Store;
  readonly clock: Clock;
  readonly statistics: Statistics;
  readonly survey: Survey;
}

export class History {
  readonly #sources: HistorySources;
  readonly #recorder: Recorder;
  #isRunning = false;
  #cancelSleep: () => void = () => {};
  #ticking: Promise<void> = Promise.resolve();
  #writing: Promise<void> | undefined;

  constructor(sources: HistorySources) {
    this.#sources = sources;
    this.#recorder = new Recorder(sources.clock.now());
  }

  /** Goes on with what an earlier run left. Before it, nothing is recorded. */
  async start(version: string): Promise<void> {
    const { store, clock, statistics } = this.#sources;
    // A full disk costs a mark in a chart, never the start.
    await store.recordStart({ at: clock.now(), version }).catch(ignoreStoreFault);
    this.#recorder.takeUp(await store.keptHistory(), clock.now());
    this.#isRunning = true;
    statistics.tell(this.#recorder);
    this.#sleep();
  }

  /** Writes what is under way too, so that the next run goes on with it. Doing it twice is harmless. */
  async stop(): Promise<void> {
    if (!this.#isRunning) return;

    this.#isRunning = false;
    this.#cancelSleep();
    this.#sources.statistics.tell(undefined);
    await this.#ticking;
    await this.#writing;
    await this.#writeLast().catch(ignoreStoreFault);
  }

  async read({ name, windowMs, after }: HistoryQuery): Promise<Past> {
    const { store, clock } = this.#sources;
    const ring = ringFor(name === undefined ? RINGS : NAME_RINGS, windowMs);
    const { stepMs } = ring;
    const end = Math.min(stepOf(ring, clock.now()), this.#recorder.openAt(ring));
    const oldest = end - Math.ceil(windowMs / stepMs) * stepMs;
    const first =
      after === undefined ? oldest : Math.min(Math.max(oldest, stepOf(ring, after) + stepMs), end);
    const span = { from: first, until: end };
    const owner = this.#recorder.track(name)?.owner;
    // What is not pending now is in the store by now.
    const pending = owner === undefined ? [] : this.#recorder.pending.of(owner, ring);
    const [kept, starts] = await Promise.all([
      owner === undefined ? [] : store.historyCells(owner, ring, span),
      store.starts({ from: first, until: Number.MAX_SAFE_INTEGER }),
    ]);
    const steps = Math.max(0, (end - first) / stepMs);
    return {
      startAt: first,
      stepMs,
      series: seriesOf([...kept, ...pending], { first, steps, stepMs }),
      starts,
    };
  }

  /** How many jobs come due when. */
  schedule(query: ScheduleQuery): Promise<Schedule> {
    return countSchedule(this.#sources, query);
  }

  #sleep(): void {
    if (!this.#isRunning) return;

    // By what has passed, not by an instant: a clock that is set back must not be waited for.
    const untilNextMs = SECOND_MS - (this.#sources.clock.now() % SECOND_MS);
    this.#cancelSleep = this.#sources.clock.after(untilNextMs, () => {
      this.#ticking = this.#tick().catch(ignoreStoreFault);
    });
  }

  async #tick(): Promise<void> {
    const { clock, survey } = this.#sources;
    const inAll = await survey.depths();
    const now = clock.now();
    const isMinuteOver = this.#recorder.isMinuteOver(now);
    this.#recorder.pass(now, inAll);
    if (isMinuteOver) {
      this.#recorder.passMinute(await survey.levels());
      // While a write takes long, what is to be written waits for the next one.
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
    }
    this.#sleep();
  }

  async #write(): Promise<void> {
    const page = this.#recorder.page(undefined, this.#sources.clock.now());
    await this.#put(page).catch(ignoreStoreFault);
  }

  async #writeLast(): Promise<void> {
    const { clock, survey } = this.#sources;
    const [now, levels] = [clock.now(), await survey.levels()];
    const isMinuteOver = this.#recorder.isMinuteOver(now);
    this.#recorder.pass(now, levels.inAll);
    if (isMinuteOver) this.#recorder.passMinute(levels);
    await this.#put(this.#recorder.page(levels, now));
  }

  async #put(page: HistoryPage): Promise<void> {
    const { seenUntil } = this.#recorder;
    const closed = await Promise.all(
      page.closed.map((cell) => (cell.at < seenUntil ? this.#again(cell) : cell)),
    );
    await this.#sources.store.writeHistory({ ...page, closed });
    this.#recorder.written(page);
  }

  /** A step that passes a second time, since the clock was set back. */
  async #again(cell: Cell): Promise<Cell> {
    const span = { from: cell.at, until: cell.at + 1 };
    const [before] = await this.#sources.store.historyCells(cell.owner, cell.ring, span);
    return before ? { ...cell, values: joined(before.values, cell.values) } : cell;
  }
}
