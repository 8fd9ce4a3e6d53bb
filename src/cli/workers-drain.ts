// `lakh workers drain`: these, those that offer a name, or all finish what they hold and exit.
import { wireToJson } from "../client/wire-json.ts";
import { Complaint } from "../server/complaint.ts";
import { type CommandLine, type FlagShapes, readCommandLine } from "../server/flags.ts";
import { tableOf } from "./columns.ts";
import type { Command } from "./commands.ts";
import { commonFlags, isOn, readCommonFlags } from "./common-flags.ts";
import { isConfirmed } from "./confirm.ts";
import { exitCodes } from "./failure.ts";
import { jsonLine } from "./output.ts";
import { withAdmin } from "./with-admin.ts";

const shapes = {
  ...commonFlags,
  name: { takes: "value", several: true },
  everyone: { takes: "nothing" },
  yes: { takes: "nothing", short: "y" },
} as const satisfies FlagShapes;

/** Tells them. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const drainWorkers: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, shapes);
  const flags = readCommonFlags(line, terminal);
  const request = requestOf(line);
  if (!isOn(line, "yes") && !(await isConfirmed({ text: questionOf(request) }, terminal)))
    return exitCodes.failed;

  const reply = await withAdmin(flags, (calls) =>
    calls.read((client, options) => client.drainWorkers(request, options)),
  );
  const { out, err } = terminal;
  if (flags.shape === "json") await out.write(jsonLine(wireToJson(reply)));
  if (flags.shape === "ndjson")
    for (const workerId of reply.workerIds) await out.write(jsonLine({ workerId }));
  if (flags.shape === "table" && reply.workerIds.length > 0) {
    const columns = [
      { head: "WORKER", cell: (id: string) => id },
      { head: "OUTCOME", cell: () => "draining" },
    ];
    await out.write(tableOf(columns, reply.workerIds, out));
  }
  const away = request.workerIds.filter((id) => !reply.workerIds.includes(id));
  if (away.length > 0) {
    const text = `Not connected, or told before: ${away.join(", ")}. They are told when they come back.`;
    await err.write(`${terminal.escape(text)}\n`);
  }
  return exitCodes.done;
};

function requestOf(line: CommandLine) {
  const request = {
    workerIds: [...line.words],
    names: [...(line.flags.get("name") ?? [])],
    everyone: isOn(line, "everyone"),
  };
  const ways = [request.workerIds.length > 0, request.names.length > 0, request.everyone].filter(
    Boolean,
  ).length;
  if (ways !== 1) {
    const why = ways === 0 ? "it is not said which workers" : "workers are named in two ways";
    throw new Complaint(why, "Give worker ids, or --name NAME, or --everyone.");
  }
  return request;
}

function questionOf({ workerIds, names, everyone }: ReturnType<typeof requestOf>): string {
  if (everyone) return "Drain every worker?";
  if (names.length > 0) return `Drain every worker that offers ${names.join(" or ")}?`;
  return workerIds.length === 1 ? `Drain the worker ${workerIds[0]}?` : `Drain ${workerIds.length} workers?`;
}
