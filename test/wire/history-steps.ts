// The script's steps about charts: how things went over time, and what comes due.
import { durationFromMs, durationMs, type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { History } from "../../src/gen/lakh/v1/system_pb.ts";
import type { Steps } from "./script.ts";
import { holds, type Stage, same } from "./stage.ts";

const { method: admin } = AdminService;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const historySteps: Steps = {
  async "how things went is told in steps of equal length, each when it has ended"(stage) {
    const { start: since } = await ask(stage, {});
    await stage.enqueue({ name: stage.own("past") }, { name: stage.own("past") });
    const until = Date.now() + stage.patienceMs;
    let history: History;
    do {
      holds(Date.now() < until, "a step in which something was enqueued ends");
      history = await ask(stage, { window: durationFromMs(5 * MINUTE) });
    } while (sum(history.enqueued) < 2); // others share the server
    same([lengthOf(history), stepMsOf(history)], [300, 1_000], "5 minutes of seconds");
    const { start, starts } = history;
    holds(start !== undefined && since !== undefined && timestampMs(start) >= timestampMs(since), "start");
    holds(starts.length >= 1 && /^\d+\.\d+\.\d+/.test(starts[0]?.version ?? ""), "the start of the server");

    const last = timestampMs(start as Timestamp) + 299 * 1_000;
    const after = { seconds: BigInt(last / 1_000), nanos: 0 };
    const news = await ask(stage, { after });
    same(news.start && timestampMs(news.start), last + 1_000, "what is new begins after that");
    holds(lengthOf(news) < 300, "and has no more than passed meanwhile");
  },

  async "one name's past has steps of a minute, and of a name that nobody uses nothing is known"(stage) {
    const history = await ask(stage, { name: stage.own("nobody-uses"), window: durationFromMs(HOUR) });
    same([lengthOf(history), stepMsOf(history)], [60, MINUTE], "an hour of minutes");
    holds(history.enqueued.every(Number.isNaN) && history.waitP99.every(Number.isNaN), "NaN");
    same(stepMsOf(await ask(stage, { window: durationFromMs(30 * 24 * HOUR) })), 15 * MINUTE, "30 days");
  },

  async "what comes due is counted for each step, what retries apart"(stage) {
    const name = stage.own("due");
    const value = { delay: durationFromMs(2.5 * HOUR) };
    await stage.enqueue({ name, retry: { maxRetries: 3, backoff: { case: "fixed", value } } });
    const worker = await stage.openWorker("due");
    await stage.fail(worker, await stage.next(worker), "not now");
    const start = { case: "delay", value: durationFromMs(1.5 * HOUR) } as const;
    await stage.enqueue({ name, start }, { name, start });
    const request = { name, window: durationFromMs(4 * HOUR), steps: 4 };
    const { schedule } = await stage.client.unary(admin.getSchedule, request);
    same(
      [schedule?.scheduled, schedule?.retrying],
      [
        [0n, 2n, 0n, 0n],
        [0n, 0n, 1n, 0n],
      ],
      "jobs",
    );
    same([schedule?.step && durationMs(schedule.step), schedule?.complete], [HOUR, true], "step, complete");
    const all = await stage.client.unary(admin.getSchedule, {});
    same(all.schedule?.scheduled.length, 96, "a day in quarters of an hour");
  },
};

async function ask(
  stage: Stage,
  request: {
    name?: string;
    window?: ReturnType<typeof durationFromMs>;
    after?: Pick<Timestamp, "seconds" | "nanos">;
  },
): Promise<History> {
  const { history } = await stage.client.unary(admin.getHistory, request);
  if (!history) throw new Error("GetHistory answered without a history");

  return history;
}

/** The length that all of its lists have. */
function lengthOf(history: History): number {
  const lists = Object.entries(history).filter(([field, list]) => Array.isArray(list) && field !== "starts");
  const lengths = new Set(lists.map(([, list]) => (list as readonly number[]).length));
  same([lists.length, lengths.size], [18, 1], "lists, all of one length");
  return [...lengths][0] ?? 0;
}

function stepMsOf({ step }: History): number {
  return step ? durationMs(step) : 0;
}

function sum(list: readonly number[]): number {
  return list.reduce((all, one) => all + (Number.isNaN(one) ? 0 : one), 0);
}
