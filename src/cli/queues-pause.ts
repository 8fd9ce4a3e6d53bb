// `lakh queues pause` and `resume`: by name.
import type { AdminCalls } from "../client/admin-calls.ts";
import { wireToJson } from "../client/wire-json.ts";
import { Complaint } from "../server/complaint.ts";
import { readCommandLine } from "../server/flags.ts";
import { tableOf } from "./columns.ts";
import type { Command } from "./commands.ts";
import { commonFlags, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { jsonLine } from "./output.ts";
import { withAdmin } from "./with-admin.ts";

/** No more jobs of these names are handed out. */
export const pauseQueues: Command = switching(
  "pause",
  ["paused", "was paused before"],
  async (calls, names) => {
    const reply = await calls.read((client, options) => client.pauseQueues({ names }, options));
    return { reply, switched: reply.paused };
  },
);

/** The contrary. */
export const resumeQueues: Command = switching(
  "resume",
  ["resumed", "was not paused"],
  async (calls, names) => {
    const reply = await calls.read((client, options) => client.resumeQueues({ names }, options));
    return { reply, switched: reply.resumed };
  },
);

type Switch = (
  calls: AdminCalls,
  names: string[],
) => Promise<{ readonly reply: Parameters<typeof wireToJson>[0]; readonly switched: readonly string[] }>;

function switching(verb: string, [done, idle]: readonly [string, string], call: Switch): Command {
  return async (argv, terminal) => {
    const line = readCommandLine(argv, commonFlags);
    const flags = readCommonFlags(line, terminal);
    const names = [...new Set(line.words)];
    if (names.length === 0) throw new Complaint("no name is given", `Write lakh queues ${verb} NAME...`);

    const { reply, switched } = await withAdmin(flags, (calls) => call(calls, names));
    const { out } = terminal;
    if (flags.shape === "json") await out.write(jsonLine(wireToJson(reply)));
    if (flags.shape === "ndjson") for (const name of switched) await out.write(jsonLine({ name }));
    if (flags.shape === "table") {
      const columns = [
        { head: "NAME", cell: (name: string) => name },
        { head: "OUTCOME", cell: (name: string) => (switched.includes(name) ? done : idle) },
      ];
      await out.write(tableOf(columns, names, out));
    }
    return exitCodes.done;
  };
}
