// `lakh jobs explain`: why is this job not running?
import { Producer } from "../client/client.ts";
import { wireToJson } from "../client/wire-json.ts";
import { readCommandLine } from "../server/flags.ts";
import type { Command } from "./commands.ts";
import { commonFlags, readCommonFlags } from "./common-flags.ts";
import { exitCodes, Failure } from "./failure.ts";
import { onlyWord } from "./no-words.ts";
import { jsonLine } from "./output.ts";
import { patienceMs } from "./with-admin.ts";

/** Says it in one sentence. @throws {Complaint} for a wrong command line, ConnectError when there is no such job */
export const explainJob: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, commonFlags);
  const { url, shape } = readCommonFlags(line, terminal);
  const id = onlyWord(line, "the job's id", "lakh jobs explain ID");
  const producer = new Producer({ url, retryForMs: patienceMs });
  try {
    const { explanation } = await producer.getWire(id);
    if (explanation === undefined)
      throw new Failure("lakh jobs explain failed: the server does not explain.");

    const { out } = terminal;
    if (shape === "table") await out.write(`${terminal.escape(explanation.sentence)}\n`);
    else if (shape === "ndjson") await out.write(jsonLine(wireToJson(explanation)));
    else await out.write(jsonLine({ explanation: wireToJson(explanation) }));
    return exitCodes.done;
  } finally {
    producer.close();
  }
};
