// `lakh queues list`: every name that has jobs, is paused or is offered.
import { type FlagShapes, readCommandLine } from "../server/flags.ts";
import type { Command } from "./commands.ts";
import { commonFlags, one, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { Listing } from "./listing.ts";
import { noWords } from "./no-words.ts";
import { queueList } from "./queue-table.ts";
import { withAdmin } from "./with-admin.ts";

const shapes = { ...commonFlags, prefix: { takes: "value" } } as const satisfies FlagShapes;

/** Lists them. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const listQueues: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, shapes);
  noWords(line, "lakh queues list --prefix NAME, or lakh queues get NAME");
  const flags = readCommonFlags(line, terminal);
  const namePrefix = one(line, "prefix") ?? "";
  const listing = new Listing(queueList, flags.shape, terminal);
  return withAdmin(flags, async (calls) => {
    const pages = calls.pages((pageToken, client, options) =>
      client.listQueues({ namePrefix, pageSize: 1_000, pageToken }, options),
    );
    for await (const { queues } of pages) await listing.add(queues);
    await listing.end();
    return exitCodes.done;
  });
};
