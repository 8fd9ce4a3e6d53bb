// An open load: jobs come when they are due, however slow the server is. What is late was late for somebody, so a span
// counts from the moment at which its job was due and not from when it was sent (no coordinated omission).

/** Evenly spaced, from its start. */
export interface Schedule {
  readonly startsAt: number;
  readonly perSecond: number;
  readonly total: number;
}

/** When the nth is due, counted from 0. */
export function dueAt({ startsAt, perSecond }: Schedule, nth: number): number {
  return startsAt + (nth * 1_000) / perSecond;
}

/** How many are due by now. */
export function dueBy({ startsAt, perSecond, total }: Schedule, now: number): number {
  if (now < startsAt) return 0;

  return Math.min(total, Math.floor(((now - startsAt) * perSecond) / 1_000 + 1e-6) + 1);
}

/** Calls for each job when it is due, or as soon after as a timer wakes. Resolves after the last. */
export function keepSchedule(schedule: Schedule, send: (nth: number) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let sent = 0;
  const timer = setInterval(() => {
    try {
      for (const due = dueBy(schedule, performance.now()); sent < due; sent++) send(sent);
      if (sent >= schedule.total) resolve();
    } catch (error) {
      reject(error);
    }
  }, 1);
  return promise.finally(() => clearInterval(timer));
}
