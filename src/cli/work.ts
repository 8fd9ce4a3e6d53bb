// `lakh work`: a worker whose handler is a shell command.
import { Worker } from "../client/client.ts";
import { Complaint } from "../server/complaint.ts";
import { type FlagShapes, readCommandLine } from "../server/flags.ts";
import { wholeNumber } from "../server/setting-kinds.ts";
import { VERSION } from "../server/version.ts";
import type { Command } from "./commands.ts";
import { commonFlags, one, readCommonFlags } from "./common-flags.ts";
import { shellHandler } from "./shell-handler.ts";
import type { Terminal } from "./terminal.ts";
import { tellWork } from "./work-output.ts";

const shapes = {
  ...commonFlags,
  exec: { takes: "value" },
  concurrency: { takes: "value", short: "c" },
} as const satisfies FlagShapes;

const graceMs = 25_000;

/** Works until SIGTERM or SIGINT. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const work: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, shapes);
  const { url, shape } = readCommonFlags(line, terminal);
  const command = one(line, "exec");
  if (line.words.length === 0 || command === undefined) {
    throw new Complaint("names or --exec are missing", "Write lakh work NAME... --exec COMMAND.");
  }

  const handler = shellHandler(command, terminal.env);
  const worker = new Worker({
    url,
    handlers: Object.fromEntries(line.words.map((name) => [name, handler])),
    capacity: wholeNumber(1, 10_000).read([one(line, "concurrency") ?? "1"]),
    version: `lakh ${VERSION}`,
  });
  tellWork(worker, { url, shape, names: line.words, terminal });
  return runUntilStopped(worker, terminal);
};

async function runUntilStopped(worker: Worker, terminal: Terminal): Promise<number> {
  let isStopping = false;
  const stop = () => {
    const text = isStopping
      ? "stopping now"
      : `stopping: what runs may take ${graceMs / 1_000} s, again to stop now`;
    void terminal.err.write(`${text}\n`);
    void worker.close({ graceMs: isStopping ? 0 : graceMs });
    isStopping = true;
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  try {
    await worker.run();
    return 0;
  } finally {
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
  }
}
