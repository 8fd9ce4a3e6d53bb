// `lakh queues get`: one name, and the workers that offer it.
import { type Queue, toConnectedWorker, toQueue } from "../client/admin-views.ts";
import { wireToJson } from "../client/wire-json.ts";
import { readCommandLine } from "../server/flags.ts";
import { ageText, countText, rateText, statePaints } from "./ages.ts";
import { detailsOf, tableOf } from "./columns.ts";
import type { Command } from "./commands.ts";
import { commonFlags, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { onlyWord } from "./no-words.ts";
import { jsonLine } from "./output.ts";
import { markOf } from "./queue-table.ts";
import type { Terminal } from "./terminal.ts";
import { withAdmin } from "./with-admin.ts";
import { workerColumns } from "./worker-table.ts";

/** Shows it. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const getQueue: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, commonFlags);
  const flags = readCommonFlags(line, terminal);
  const name = onlyWord(line, "the name", "lakh queues get NAME");
  return withAdmin(flags, async (calls) => {
    const reply = await calls.read((client, options) => client.getQueue({ name }, options));
    const { out } = terminal;
    if (flags.shape === "json") await out.write(jsonLine(wireToJson(reply)));
    if (flags.shape === "ndjson" && reply.queue) await out.write(jsonLine(wireToJson(reply.queue)));
    if (flags.shape === "table" && reply.queue) await out.write(queueDetails(toQueue(reply.queue), terminal));
    if (flags.shape === "table" && reply.workers.length > 0) {
      const workers = reply.workers.map(toConnectedWorker);
      await out.write(`\n${tableOf(workerColumns(terminal.now()), workers, out)}`);
    }
    return exitCodes.done;
  });
};

function queueDetails(queue: Queue, { now, out }: Terminal): string {
  const { jobs, rates, pausedSince } = queue;
  const count = (state: keyof Queue["jobs"]) =>
    [state, countText(jobs[state]), jobs[state] > 0 ? statePaints[state] : "dim"] as const;
  const paused = pausedSince === undefined ? "" : ` for ${ageText(now() - pausedSince)}`;
  const mark = markOf(queue);
  return detailsOf(
    [
      ["name", queue.name],
      ["status", mark && `${mark}${paused}`, "yellow"],
      count("ready"),
      ["oldest ready", ageText(queue.oldestReadyAgeMs)],
      count("reserved"),
      count("scheduled"),
      count("retrying"),
      count("succeeded"),
      count("dead"),
      count("cancelled"),
      ["enqueued/s", rateText(rates.enqueued)],
      ["succeeded/s", rateText(rates.succeeded)],
      ["failed/s", rateText(rates.failed)],
      ["workers", `${queue.workers}, ${queue.held} of ${queue.capacity} busy`],
    ],
    out,
  );
}
