// `lakh jobs get`: one job whole, with its history.
import { Producer, toJob } from "../client/client.ts";
import { toExplanation } from "../client/explanation.ts";
import { wireToJson } from "../client/wire-json.ts";
import { readCommandLine } from "../server/flags.ts";
import type { Command } from "./commands.ts";
import { commonFlags, readCommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { jobDetails } from "./job-details.ts";
import { onlyWord } from "./no-words.ts";
import { jsonLine } from "./output.ts";
import { patienceMs } from "./with-admin.ts";

/** Shows it. @throws {Complaint} for a wrong command line, ConnectError when there is no such job */
export const getJob: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, commonFlags);
  const { url, shape } = readCommonFlags(line, terminal);
  const id = onlyWord(line, "the job's id", "lakh jobs get ID");
  const producer = new Producer({ url, retryForMs: patienceMs });
  try {
    const reply = await producer.getWire(id);
    if (shape === "json") await terminal.out.write(jsonLine(wireToJson(reply)));
    if (shape === "ndjson" && reply.job) await terminal.out.write(jsonLine(wireToJson(reply.job)));
    if (shape === "table" && reply.job) {
      const explanation = reply.explanation && toExplanation(reply.explanation);
      const by = { explanation, now: terminal.now(), output: terminal.out };
      await terminal.out.write(jobDetails(toJob(reply.job), by));
    }
    return exitCodes.done;
  } finally {
    producer.close();
  }
};
