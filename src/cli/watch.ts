// `lakh watch`: what changes, as it changes, one frame a line, over broken connections, until somebody has seen enough.
import type { WatchTopicWord } from "../client/admin-requests.ts";
import { ConnectError } from "../client/client.ts";
import { toWatchFrame } from "../client/watch-frame.ts";
import { wireToJson } from "../client/wire-json.ts";
import { Complaint } from "../server/complaint.ts";
import { type CommandLine, type FlagShapes, readCommandLine } from "../server/flags.ts";
import { oneOf, span } from "../server/setting-kinds.ts";
import type { Command } from "./commands.ts";
import { commonFlags, ifGiven, one, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { onInterrupt } from "./interrupt.ts";
import { noWords } from "./no-words.ts";
import { jsonLine, spanForPeople } from "./output.ts";
import type { Terminal } from "./terminal.ts";
import { patienceMs, withAdmin } from "./with-admin.ts";

const shapes = {
  ...commonFlags,
  topics: { takes: "value" },
  "filter-names": { takes: "value", several: true },
  interval: { takes: "value" },
} as const satisfies FlagShapes;

const topicWord = oneOf(["overview", "queues", "workers", "operations", "jobs"]);
const topicsDefault: readonly WatchTopicWord[] = ["jobs"];

/** Prints frames until SIGINT, which is no failure. @throws {Complaint}, ConnectError when there is no server */
export const watch: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, shapes);
  noWords(line, "lakh watch --filter-names NAME");
  const flags = readCommonFlags(line, terminal);
  if (one(line, "output") !== undefined && flags.shape !== "ndjson") {
    throw new Complaint(
      `frames have no end, so they are no ${flags.shape}`,
      "Leave -o out, or write -o ndjson.",
    );
  }
  const wanted = {
    topics: readTopics(line),
    names: line.flags.get("filter-names")?.flatMap((text) => text.split(",")),
    intervalMs: ifGiven(one(line, "interval"), (text) => span("1s", "1m").read([text])),
  };
  await withAdmin(flags, (calls) => calls.read((client, options) => client.getOverview({}, options)), {
    retryForMs: patienceMs,
  });

  const leaving = new AbortController();
  using _ = onInterrupt(() => leaving.abort());
  const onBreak = (error: unknown, retryInMs: number) => tellBreak(error, retryInMs, terminal);
  const forever = { retryForMs: Number.POSITIVE_INFINITY };
  await withAdmin(
    flags,
    async (calls) => {
      try {
        for await (const frame of calls.watch({ ...wanted, signal: leaving.signal, onBreak })) {
          const { isEmpty, isSnapshot } = toWatchFrame(frame);
          if (isSnapshot || !isEmpty) await terminal.out.write(jsonLine(wireToJson(frame)));
        }
      } catch (error) {
        if (!leaving.signal.aborted) throw error;
      }
    },
    forever,
  );
  return exitCodes.done;
};

function readTopics(line: CommandLine): readonly WatchTopicWord[] {
  const texts = one(line, "topics")?.split(",");
  return texts === undefined ? topicsDefault : [...new Set(texts.map((text) => topicWord.read([text])))];
}

function tellBreak(error: unknown, retryInMs: number, terminal: Terminal): void {
  const { err } = terminal;
  const why = error ? ConnectError.from(error).rawMessage : "the server ended the stream";
  void err.write(
    `${err.paint("yellow", terminal.escape(`not connected: ${why}; trying again in ${spanForPeople(retryInMs)}`))}\n`,
  );
}
