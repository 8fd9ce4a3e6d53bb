// `lakh workers list`: who is connected.
import { type FlagShapes, readCommandLine } from "../server/flags.ts";
import type { Command } from "./commands.ts";
import { commonFlags, one, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { Listing } from "./listing.ts";
import { noWords } from "./no-words.ts";
import { withAdmin } from "./with-admin.ts";
import { workerList } from "./worker-table.ts";

const shapes = { ...commonFlags, name: { takes: "value" } } as const satisfies FlagShapes;

/** Lists them. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const listWorkers: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, shapes);
  noWords(line, "lakh workers list --name NAME");
  const flags = readCommonFlags(line, terminal);
  const name = one(line, "name") ?? "";
  const listing = new Listing(workerList(terminal.now()), flags.shape, terminal);
  return withAdmin(flags, async (calls) => {
    const pages = calls.pages((pageToken, client, options) =>
      client.listWorkers({ name, pageSize: 1_000, pageToken }, options),
    );
    for await (const { workers } of pages) await listing.add(workers);
    await listing.end();
    return exitCodes.done;
  });
};
