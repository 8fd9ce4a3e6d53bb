// `lakh operations list`: the newest first.
import { readCommandLine } from "../server/flags.ts";
import type { Command } from "./commands.ts";
import { commonFlags, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { Listing } from "./listing.ts";
import { noWords } from "./no-words.ts";
import { operationList } from "./operation-table.ts";
import { withAdmin } from "./with-admin.ts";

/** Lists them. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const listOperations: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, commonFlags);
  noWords(line, "lakh operations list, or lakh operations get ID");
  const flags = readCommonFlags(line, terminal);
  const listing = new Listing(operationList(terminal.now()), flags.shape, terminal);
  const { operations } = await withAdmin(flags, (calls) =>
    calls.read((client, options) => client.listOperations({}, options)),
  );
  await listing.add(operations);
  await listing.end();
  return exitCodes.done;
};
