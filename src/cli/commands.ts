// The commands, and what is the same for all of them: finding one, --help, --debug, and what an error looks like. Each
// command is loaded when it is called, so that `lakh version` does not wait for the server's code.
import { Complaint } from "../server/complaint.ts";
import { didYouMean } from "../server/nearest-name.ts";
import { failureOf } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

/** Runs a command with its own arguments; answers the exit code, or nothing when the command sets it itself. */
export type Command = (argv: readonly string[], terminal: Terminal) => Promise<number | undefined>;

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve.ts")).serve,
  enqueue: async () => (await import("./enqueue.ts")).enqueue,
  work: async () => (await import("./work.ts")).work,
  jobs: async () => (await import("./jobs.ts")).jobs,
  queues: async () => (await import("./queues.ts")).queues,
  dead: async () => (await import("./dead.ts")).dead,
  workers: async () => (await import("./workers.ts")).workers,
  operations: async () => (await import("./operations.ts")).operations,
  system: async () => (await import("./system.ts")).system,
  top: async () => (await import("./top.ts")).top,
  watch: async () => (await import("./watch.ts")).watch,
  help: async () => (await import("./help.ts")).help,
  version: async () => (await import("./version.ts")).version,
};

/** The verbs, for those who describe them. */
export const verbs: readonly string[] = Object.keys(commands);

/** Those that are a thing, and want a verb: `lakh jobs list`. */
const things: ReadonlySet<string> = new Set(["jobs", "queues", "dead", "workers", "operations"]);

/** Runs what the command line says. Never throws: what goes wrong is told on stderr and by the exit code. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number | undefined> {
  const own = ownArguments(argv);
  const [verb, args] = verbOf(own.filter((text) => text !== "--debug").concat(argv.slice(own.length)));
  try {
    const load = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
    if (load === undefined) {
      throw new Complaint("there is no such command", didYouMean(verb, verbs) ?? "See lakh help.");
    }
    return await (await load())(args, terminal);
  } catch (error) {
    const { message, exitCode } = failureOf(error, `lakh ${wordsOf(verb, args)} failed`);
    const debug = own.includes("--debug") && error instanceof Error ? `\n${error.stack}` : "";
    await terminal.err.write(`${terminal.err.paint("red", terminal.escape(message))}${debug}\n`);
    return exitCode;
  }
}

/** What was called, as people say it: `jobs retry`. */
function wordsOf(verb: string, [first]: readonly string[]): string {
  return things.has(verb) && first !== undefined && !first.startsWith("-") ? `${verb} ${first}` : verb;
}

/** Those before `--`, which are ours; what follows is the caller's. */
function ownArguments(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end === -1 ? argv : argv.slice(0, end);
}

function verbOf(argv: readonly string[]): [verb: string, args: readonly string[]] {
  const [first, ...rest] = argv;
  if (first === "--version" || first === "-v") return ["version", []];
  if (first === "--help" || first === "-h") return ["help", []];
  const [verb, args] = first === undefined || first.startsWith("-") ? ["serve", argv] : [first, rest];
  if (
    Object.hasOwn(commands, verb) &&
    ownArguments(args).some((text) => text === "--help" || text === "-h")
  ) {
    return ["help", [verb]];
  }
  return [verb, args];
}
