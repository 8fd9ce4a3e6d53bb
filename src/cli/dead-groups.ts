// `lakh dead groups`: what went wrong, how often, since when.
import { toListDeadGroupsRequest } from "../client/admin-requests.ts";
import { type DeadGroup, toDeadGroup } from "../client/admin-views.ts";
import type { WireDeadGroup } from "../client/wire-json.ts";
import { type CommandLine, type FlagShapes, readCommandLine } from "../server/flags.ts";
import { oneOf, wholeNumber } from "../server/setting-kinds.ts";
import { ageText, countText } from "./ages.ts";
import type { Column } from "./columns.ts";
import type { Command } from "./commands.ts";
import { commonFlags, ifGiven, isOn, one, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { Listing, type ListShape } from "./listing.ts";
import { noWords } from "./no-words.ts";
import { withAdmin } from "./with-admin.ts";

const shapes = {
  ...commonFlags,
  name: { takes: "value" },
  retrying: { takes: "nothing" },
  order: { takes: "value" },
  limit: { takes: "value" },
} as const satisfies FlagShapes;

const orders = oneOf(["largest", "latest"]);
const limits = wholeNumber(1, 100_000);
const limitDefault = 50;
const pageMax = 1_000;

/** Lists them. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const listDeadGroups: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, shapes);
  noWords(line, "lakh dead groups --name NAME");
  const flags = readCommonFlags(line, terminal);
  const limit = ifGiven(one(line, "limit"), (text) => limits.read([text])) ?? limitDefault;
  const request = requestOf(line);
  const listing = new Listing(groupList(terminal.now()), flags.shape, terminal);
  return withAdmin(flags, async (calls) => {
    const pages = calls.pages((pageToken, client, options) => {
      const pageSize = Math.min(limit - listing.count, pageMax);
      return client.listDeadGroups({ ...request, pageSize, pageToken }, options);
    });
    for await (const { groups } of pages) {
      await listing.add(groups);
      if (listing.count >= limit) break;
    }
    await listing.end();
    return exitCodes.done;
  });
};

function requestOf(line: CommandLine) {
  return toListDeadGroupsRequest({
    name: one(line, "name"),
    kind: isOn(line, "retrying") ? "retrying" : "dead",
    order: ifGiven(one(line, "order"), (text) => orders.read([text])),
  });
}

function groupList(now: number): ListShape<WireDeadGroup, DeadGroup> {
  const columns: Column<DeadGroup>[] = [
    { head: "JOBS", cell: ({ jobs }) => countText(jobs), align: "right", paint: () => "red" },
    { head: "GROUP", cell: ({ group }) => group },
    { head: "NAME", cell: ({ name }) => name, shrinks: true },
    { head: "LAST", cell: ({ lastSeen }) => ageText(lastSeen && now - lastSeen), align: "right" },
    { head: "FIRST", cell: ({ firstSeen }) => ageText(firstSeen && now - firstSeen), align: "right" },
    {
      head: "ERROR",
      cell: ({ errorClass, errorLine }) => [errorClass, errorLine].filter(Boolean).join(": "),
      shrinks: true,
    },
  ];
  return { field: "groups", columns, row: toDeadGroup, whenEmpty: "No job is in trouble." };
}
