// `lakh jobs list`: jobs that match a filter, over as many pages as it takes.
import { type JobOrderWord, toListJobsRequest } from "../client/admin-requests.ts";
import { type CommandLine, type FlagShapes, readCommandLine } from "../server/flags.ts";
import { oneOf, wholeNumber } from "../server/setting-kinds.ts";
import type { Command } from "./commands.ts";
import { commonFlags, ifGiven, isOn, one, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { readFilter } from "./filter-flag.ts";
import { jobList } from "./job-table.ts";
import { Listing } from "./listing.ts";
import { noWords } from "./no-words.ts";
import { SearchProgress } from "./search-progress.ts";
import type { Terminal } from "./terminal.ts";
import { withAdmin } from "./with-admin.ts";

const shapes = {
  ...commonFlags,
  filter: { takes: "value" },
  order: { takes: "value" },
  limit: { takes: "value" },
  "page-token": { takes: "value" },
  full: { takes: "nothing" },
} as const satisfies FlagShapes;

const orders = oneOf(["newest", "oldest", "latest", "earliest"]);
const limits = wholeNumber(1, 1_000_000);
const limitDefault = 50;
/** Of whole jobs fewer fit into a message. */
const pageMax = 1_000;

/** Lists them. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const listJobs: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, shapes);
  noWords(line, "lakh jobs list --filter 'name:...'");
  const flags = readCommonFlags(line, terminal);
  const limit = ifGiven(one(line, "limit"), (text) => limits.read([text])) ?? limitDefault;
  const request = requestOf(line, terminal);
  const listing = new Listing(jobList(terminal.now()), flags.shape, terminal);
  const search = new SearchProgress(terminal);
  return withAdmin(flags, async (calls) => {
    let pageToken = one(line, "page-token") ?? "";
    do {
      const page = await calls.read((client, options) => {
        const pageSize = Math.min(limit - listing.count, pageMax);
        return client.listJobs({ ...request, pageSize, pageToken }, options);
      });
      await listing.add(page.jobs);
      await search.add({ ...page, found: listing.count });
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && listing.count < limit);
    await search.end();
    await listing.end(pageToken === "" ? {} : { nextPageToken: pageToken });
    if (pageToken !== "") await tellMore(listing.count, terminal);
    return exitCodes.done;
  });
};

function requestOf(line: CommandLine, terminal: Terminal) {
  return toListJobsRequest({
    filter: readFilter(one(line, "filter") ?? "", terminal.now()),
    order: ifGiven(one(line, "order"), (text): JobOrderWord => orders.read([text])),
    isFull: isOn(line, "full"),
  });
}

async function tellMore(count: number, { err }: Terminal): Promise<void> {
  await err.write(`${err.paint("dim", `There may be more than these ${count}: raise --limit.`)}\n`);
}
