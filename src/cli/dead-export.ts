// `lakh dead export`: whole dead jobs, payloads and histories included, one JSON text a line.
import { toListJobsRequest } from "../client/admin-requests.ts";
import { Complaint } from "../server/complaint.ts";
import { type FlagShapes, readCommandLine } from "../server/flags.ts";
import { countText } from "./ages.ts";
import type { Command } from "./commands.ts";
import { commonFlags, one, readCommonFlags } from "./common-flags.ts";
import { readDeadFilter } from "./dead-selection.ts";
import { exitCodes } from "./failure.ts";
import { readFilter } from "./filter-flag.ts";
import { jobList } from "./job-table.ts";
import { Listing } from "./listing.ts";
import { SearchProgress } from "./search-progress.ts";
import { withAdmin } from "./with-admin.ts";

const shapes = {
  ...commonFlags,
  filter: { takes: "value" },
  everything: { takes: "nothing" },
} as const satisfies FlagShapes;

/** Writes all of them to stdout. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const exportDead: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, shapes);
  const flags = readCommonFlags(line, terminal);
  const shape = one(line, "output") === undefined ? "ndjson" : flags.shape;
  if (shape === "table")
    throw new Complaint("whole jobs do not fit into a table", "Write -o ndjson or -o json.");
  const filter = readDeadFilter(line, terminal) ?? readFilter("state:dead", terminal.now());
  // By enqueue, an order in which no job moves while the export goes on.
  const request = toListJobsRequest({ filter, order: "oldest", isFull: true, pageSize: 1_000 });
  const listing = new Listing(jobList(terminal.now()), shape, terminal);
  const search = new SearchProgress(terminal);
  return withAdmin(flags, async (calls) => {
    const pages = calls.pages((pageToken, client, options) =>
      client.listJobs({ ...request, pageToken }, options),
    );
    for await (const page of pages) {
      await listing.add(page.jobs);
      await search.add({ ...page, found: listing.count });
    }
    await search.end();
    await listing.end();
    await terminal.err.write(`${countText(listing.count)} dead jobs exported\n`);
    return exitCodes.done;
  });
};
