// One job for people: why it is not running, its facts, its payload and result, and how its attempts ended.
import {
  type EndedAttempt,
  type Explanation,
  type Job,
  type Payload,
  textOfPayload,
} from "../client/client.ts";
import { ageText, statePaints, tookText } from "./ages.ts";
import { type Column, detailsOf, tableOf } from "./columns.ts";
import { errorLine, progressText, standingWord } from "./job-table.ts";
import { escapeControls, type Output } from "./terminal.ts";

/** What it takes to describe a job. */
export interface Description {
  readonly explanation: Explanation | undefined;
  readonly now: number;
  readonly output: Output;
}

/** Lines of a stack that are shown; -o json has all of it. */
const stackLinesMax = 10;

/** The text. */
export function jobDetails(job: Job, by: Description): string {
  const { output } = by;
  const sentence = by.explanation ? `${escapeControls(by.explanation.sentence)}\n\n` : "";
  const parts = [
    sentence + detailsOf(factsOf(job, by.now), output),
    payloadText("Payload", job.payload, output),
    payloadText("Result", job.result, output),
    job.attempts.length === 0 ? "" : tableOf(attemptColumns(by.now), job.attempts, output),
    stackText(job, output),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function factsOf(job: Job, now: number): Parameters<typeof detailsOf>[0] {
  const at = (instant: number | undefined) => instantText(instant, now);
  const standing = standingWord(job);
  const labels = Object.entries(job.labels).map(([key, value]) => `${key}=${value}`);
  return [
    ["ID", job.id],
    ["Name", job.name],
    ["State", standing, statePaints[standing]],
    ["Since", at(job.since)],
    ["Due", at(job.dueAt)],
    ["Worker", job.workerId],
    ["Reserved until", at(job.reservedUntil)],
    ["Progress", progressText(job)],
    ["Started", at(job.startedAt)],
    ["Finished", at(job.finishedAt)],
    ["Took", job.startedAt && job.finishedAt ? tookText(job.finishedAt - job.startedAt) : undefined],
    ["Dead because", job.deathReason?.replaceAll("_", " ")],
    ["Last error", errorLine(job), "red"],
    ["Error group", job.errorGroup],
    ["Replaced by", job.replacedBy],
    ["Attempt", `${job.attempt}`],
    ["Failures", `${job.failures} of at most ${(job.maxRetries ?? 0) + 1}`],
    ["Losses", job.losses > 0 ? `${job.losses}` : undefined],
    ["Priority", job.priority === 0 ? undefined : `${job.priority}`],
    ["Labels", labels.join(", ")],
    ["Unique key", job.uniqueKey],
    ["Enqueued", at(job.enqueuedAt)],
    ["Start by", at(job.startBy)],
    ["Kept until", at(job.keptUntil)],
    ["Trace", job.traceparent],
  ];
}

/** `2026-11-24 12:00:00Z, 3m ago`. */
function instantText(instant: number | undefined, now: number): string | undefined {
  if (instant === undefined) return undefined;

  const away = instant > now ? `in ${ageText(instant - now)}` : `${ageText(now - instant)} ago`;
  return `${new Date(instant).toISOString().slice(0, 19).replace("T", " ")}Z, ${away}`;
}

function payloadText(head: string, payload: Payload, output: Output): string {
  const text = textOfPayload(payload);
  return text === "" ? "" : `${output.paint("dim", head)}\n${escapeControls(text)}\n`;
}

function attemptColumns(now: number): readonly Column<EndedAttempt>[] {
  return [
    { head: "TRY", cell: ({ attempt }) => `${attempt}`, align: "right" },
    {
      head: "OUTCOME",
      cell: ({ outcome }) => outcome.replaceAll("_", " "),
      paint: ({ outcome }) => (outcome === "released" ? "dim" : "yellow"),
    },
    {
      head: "ENDED",
      cell: ({ endedAt }) => (endedAt ? `${ageText(now - endedAt)} ago` : ""),
      align: "right",
    },
    {
      head: "TOOK",
      cell: ({ startedAt, endedAt }) => (startedAt && endedAt ? tookText(endedAt - startedAt) : ""),
      align: "right",
    },
    { head: "WORKER", cell: ({ workerId = "" }) => workerId, shrinks: true },
    {
      head: "ERROR",
      cell: ({ error }) => [error?.class, error?.message.split("\n")[0]].filter(Boolean).join(": "),
      shrinks: true,
    },
  ];
}

function stackText(job: Job, output: Output): string {
  const stack = job.attempts.findLast(({ error }) => error?.stack)?.error?.stack.trimEnd();
  if (!stack) return "";

  const lines = stack.split("\n");
  const shown = lines
    .slice(0, stackLinesMax)
    .map((line) => `${escapeControls(line.replaceAll("\t", "    "))}\n`);
  const more =
    lines.length > shown.length
      ? `${output.paint("dim", `${lines.length - shown.length} more lines`)}\n`
      : "";
  return `${output.paint("dim", "Last stack")}\n${shown.join("")}${more}`;
}
