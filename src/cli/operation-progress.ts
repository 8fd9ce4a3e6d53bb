// An operation while it runs: one line on a terminal that is written over and over, and a sentence when it is over.
import type { AdminCalls } from "../client/admin-calls.ts";
import { type Operation, toOperation } from "../client/operation-views.ts";
import { pause } from "../client/waiting.ts";
import type { WireOperation } from "../client/wire-json.ts";
import { ageText, countText, rateText, tookText } from "./ages.ts";
import { exitCodes } from "./failure.ts";
import { onInterrupt } from "./interrupt.ts";
import type { Terminal } from "./terminal.ts";

/** How the four kinds are said. */
export const operationWords: Readonly<Record<string, { readonly doing: string; readonly done: string }>> = {
  retry: { doing: "Retrying", done: "retried" },
  run_now: { doing: "Making ready", done: "made ready" },
  cancel: { doing: "Cancelling", done: "cancelled" },
  delete: { doing: "Deleting", done: "deleted" },
};

/** What to follow. */
export interface Followed {
  readonly calls: AdminCalls;
  readonly id: string;
  /** How many jobs it will change, when that is known. */
  readonly expected: number | undefined;
}

const everyMs = 250;

/** Follows it to its end; undefined when somebody pressed Ctrl-C, and it goes on without us. */
export async function followOperation(
  { calls, id, expected }: Followed,
  terminal: Terminal,
): Promise<WireOperation | undefined> {
  const { err } = terminal;
  const interrupted = new AbortController();
  using _ = onInterrupt(() => interrupted.abort());
  for (;;) {
    const { operation } = await calls.read((client, options) => client.getOperation({ id }, options));
    if (operation === undefined) throw new Error(`the server says nothing of operation ${id}`);
    const now = toOperation(operation);
    if (err.isTerminal) await err.write(`\r\u001b[K${progressLine(now, expected, terminal.now())}`);
    if (now.state !== "running") {
      if (err.isTerminal) await err.write("\r\u001b[K");
      return operation;
    }
    if (!(await pause(everyMs, interrupted.signal))) break;
  }
  const goesOn = `The operation goes on. Stop it with: lakh operations stop ${id}`;
  await err.write(`${err.isTerminal ? "\r\u001b[K" : ""}${terminal.escape(goesOn)}\n`);
  return undefined;
}

/** `Retrying: 12,000 of 48,211, 3 skipped, 4.1k/s, 9s left`. Fits 80 columns. */
export function progressLine(operation: Operation, expected: number | undefined, now: number): string {
  const { kind, changed, skipped, searched, candidates, createdAt = now } = operation;
  const perSecond = changed / Math.max(0.25, (now - createdAt) / 1_000);
  const total = expected ?? (searched === 0 ? undefined : Math.round((changed * candidates) / searched));
  const left = total === undefined || perSecond === 0 ? undefined : (total - changed) / perSecond;
  return [
    `${operationWords[kind]?.doing ?? kind}: ${countText(changed)}${total === undefined ? "" : ` of ${countText(Math.max(total, changed))}`}`,
    ...(skipped > 0 ? [`${countText(skipped)} skipped`] : []),
    `${rateText(perSecond)}/s`,
    ...(left === undefined || left <= 0 ? [] : [`${ageText(left * 1_000)} left`]),
  ].join(", ");
}

/** `48,211 jobs retried, 3 skipped because they had moved meanwhile, in 12s.` */
export function endSentence({ kind, state, changed, skipped, createdAt, finishedAt }: Operation): string {
  const jobs = `${countText(changed)} ${changed === 1 ? "job" : "jobs"} ${operationWords[kind]?.done ?? kind}`;
  const skips = skipped === 0 ? "" : `, ${countText(skipped)} skipped because they had moved meanwhile`;
  const took =
    createdAt === undefined || finishedAt === undefined ? "" : `, in ${tookText(finishedAt - createdAt)}`;
  return state === "stopped" ? `Stopped: ${jobs}${skips}${took}.` : `${jobs}${skips}${took}.`;
}

/** What a script is told. */
export function exitCodeOf({ state }: Operation): number {
  return state === "stopped" ? exitCodes.failed : exitCodes.done;
}
