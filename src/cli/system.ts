// `lakh system`: how the server itself is doing.
import { toSystem } from "../client/system-views.ts";
import { wireToJson } from "../client/wire-json.ts";
import { readCommandLine } from "../server/flags.ts";
import type { Command } from "./commands.ts";
import { commonFlags, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { noWords } from "./no-words.ts";
import { jsonLine } from "./output.ts";
import { systemText } from "./system-text.ts";
import { withAdmin } from "./with-admin.ts";

/** Shows it. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const system: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, commonFlags);
  noWords(line, "lakh system");
  const flags = readCommonFlags(line, terminal);
  return withAdmin(flags, async (calls) => {
    const reply = await calls.read((client, options) => client.getSystem({}, options));
    const { out } = terminal;
    if (flags.shape === "json") await out.write(jsonLine(wireToJson(reply)));
    if (flags.shape === "ndjson" && reply.system) await out.write(jsonLine(wireToJson(reply.system)));
    if (flags.shape === "table" && reply.system)
      await out.write(systemText(toSystem(reply.system), terminal));
    return exitCodes.done;
  });
};
