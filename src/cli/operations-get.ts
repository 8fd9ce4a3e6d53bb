// `lakh operations get` and `stop`: one operation, as it stands or from now on no further.
import type { AdminCalls } from "../client/admin-calls.ts";
import type { WireOperation } from "../client/wire-json.ts";
import { readCommandLine } from "../server/flags.ts";
import type { Command } from "./commands.ts";
import { commonFlags, readCommonFlags } from "./common-flags.ts";
import { exitCodes, Failure } from "./failure.ts";
import { onlyWord } from "./no-words.ts";
import { printOperation } from "./operation-table.ts";
import { withAdmin } from "./with-admin.ts";

type Ask = (calls: AdminCalls, id: string) => Promise<{ readonly operation?: WireOperation | undefined }>;

/** Shows it. */
export const getOperation: Command = about("get", (calls, id) =>
  calls.read((client, options) => client.getOperation({ id }, options)),
);

/** Stops it; what it has changed stays changed. */
export const stopOperation: Command = about("stop", (calls, id) =>
  calls.change((client, options) => client.stopOperation({ id }, options)),
);

function about(verb: string, ask: Ask): Command {
  return async (argv, terminal) => {
    const line = readCommandLine(argv, commonFlags);
    const flags = readCommonFlags(line, terminal);
    const id = onlyWord(line, "the operation's id", `lakh operations ${verb} ID`);
    const { operation } = await withAdmin(flags, (calls) => ask(calls, id));
    if (operation === undefined)
      throw new Failure(`lakh operations ${verb} failed: the server's reply is empty.`);

    await printOperation(operation, flags.shape, terminal);
    return exitCodes.done;
  };
}
