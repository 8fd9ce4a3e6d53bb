// A history that grows: what came before and what is new make one, no longer than the window. So a chart that is open
// asks only for the steps that it has not seen.
import { create } from "@bufbuild/protobuf";
import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type History, HistorySchema } from "../../src/gen/lakh/v1/system_pb.ts";
import { msOf, spanMsOf } from "../format/times.ts";
import type { HistoryKey } from "./history-model.ts";

/** Everything in a history that has an entry for each step. */
const KEYS = HistorySchema.fields
  .filter(({ fieldKind, name }) => fieldKind === "list" && name !== "starts")
  .map(({ localName }) => localName as HistoryKey);

/** How many of the latest steps are asked for again, since they may have been under way when they were told. */
const AGAIN = 2;

/** From when on to ask for what is new; undefined asks for the whole window. */
export function newsAfter(history: History | undefined): Timestamp | undefined {
  if (!history || stepsOf(history) <= AGAIN) return undefined;

  return timestampFromMs(startOf(history) + (stepsOf(history) - AGAIN - 1) * stepOf(history));
}

/** What is told anew holds, so that a step of which more became known is right in the end. */
export function joinHistory(before: History | undefined, news: History, windowMs: number): History {
  const stepMs = stepOf(news);
  if (!before || stepOf(before) !== stepMs) return news;
  const kept = Math.round((startOf(news) - startOf(before)) / stepMs);
  if (kept < 0 || kept > stepsOf(before)) return news;

  const over = Math.max(0, kept + stepsOf(news) - Math.ceil(windowMs / stepMs));
  const startMs = startOf(before) + over * stepMs;
  const joined = create(HistorySchema, { ...news, start: timestampFromMs(startMs) });
  for (const key of KEYS) joined[key] = [...before[key].slice(0, kept), ...news[key]].slice(over);
  joined.starts = joinStarts(before, news).filter(({ at }) => (msOf(at) ?? 0) >= startMs);
  return joined;
}

function joinStarts({ starts }: History, news: History): History["starts"] {
  const known = new Set(news.starts.map(({ at }) => msOf(at)));
  return [...starts.filter(({ at }) => !known.has(msOf(at))), ...news.starts];
}

function stepsOf({ enqueued }: History): number {
  return enqueued.length;
}

function startOf({ start }: History): number {
  return msOf(start) ?? 0;
}

function stepOf({ step }: History): number {
  return spanMsOf(step) ?? 1_000;
}
