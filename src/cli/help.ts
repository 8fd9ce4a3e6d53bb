// `lakh help`: what there is and how to call it. Every text fits 80 columns and has an example.
import { Complaint } from "../server/complaint.ts";
import { didYouMean } from "../server/nearest-name.ts";
import { flagOf, settingKeys, settings } from "../server/settings.ts";
import type { Command } from "./commands.ts";
import { operatorTexts } from "./help-operators.ts";

const overview = `Lakh, a durable background job server.

Usage: lakh [COMMAND] [FLAGS]

  serve      the server; what "lakh" alone does
  enqueue    hand over one job, or many from stdin
  work       do jobs with a shell command
  jobs       list, get, explain, retry, run-now, cancel, delete
  queues     list, get, pause, resume
  dead       groups, retry, delete, export: what went wrong
  workers    list, drain
  operations list, get, stop: changes of many jobs under way
  system     how the server itself is doing
  top        the work, live, in a terminal
  watch      what changes, as NDJSON
  help       this text, or that of a command
  version    the version of this program

Example:
  lakh                                    a server, its data in ./lakh-data
  lakh work welcome --exec 'cat'          a worker, in a second terminal
  lakh enqueue welcome '{"user":42}'      a job, in a third

Every command takes --help, and --debug to show where an error comes from.
Exit codes: 0 done, 1 failed, 2 usage, 3 server not reachable, 4 denied,
5 not found, 6 refused by the rules.
`;

const forServer = `  --server URL             default: LAKH_SERVER or http://127.0.0.1:50051
  -o, --output SHAPE       table, json or ndjson; default: table
`;

const enqueueText = `Hands a job to a server.

Usage: lakh enqueue NAME [JSON] [FLAGS]
       lakh enqueue NAME - [FLAGS]       one payload a line from stdin

  --in SPAN                wait this long first: 500ms, 10s, 30m, 24h, 180d
  --at TIME                not before this time: 2030-01-31T08:00:00Z
  --id ID                  yours; repeating the command changes nothing
  --priority N             -100 to 100, higher first; default: 0
  --label KEY=VALUE        a searchable fact; may be repeated
  --retries N              0 to 1000; default: the server's
  --reservation-time SPAN  how long a worker may hold it; 0: fire and forget
  --unique-key KEY         at most one unfinished job of the name has it
  --replace                take the place of the one that waits, if there is one
  --keep-result SPAN       keep it so long after it has succeeded
  --start-by TIME          dead if no worker has started it by then
  --wait                   follow it to its end and print its result
  --spec JSON              the whole job as the API has it, not with the above;
                           - reads it from stdin
${forServer}
With --unique-key, a job that finds the key taken is not stored, and the one
that has it is answered. A payload with numbers that JSON readers would round
is sent as exact bytes.

Example:
  lakh enqueue mail.send '{"to":"ada@example.org"}' --in 10m --label team=a
`;

const workText = `Does jobs with a shell command.

Usage: lakh work NAME... --exec COMMAND [FLAGS]

  --exec COMMAND           given to sh -c, once for each job
  -c, --concurrency N      how many at once, 1 to 10000; default: 1
${forServer}
The payload comes on stdin; LAKH_JOB_ID, LAKH_JOB_NAME, LAKH_ATTEMPT and
TRACEPARENT are in the environment. Exit 0 succeeds, and what was written to
stdout is the result if it is JSON of at most 64 KiB. Exit 100 fails for good.
Anything else fails with the last 4 KiB of stderr, and is tried again.
A cancelled job's command is killed. On SIGTERM or Ctrl-C there are no new jobs;
what does not finish within 25 s is given back unharmed.

Example:
  lakh work thumbnail resize --exec './resize.sh' -c 4
`;

const versionText = `Prints the version of this program and of Node.

Example:
  lakh version
`;

const helpText = `Prints what there is, or how to call a command.

Usage: lakh help [COMMAND]

Example:
  lakh help enqueue
`;

const texts: Readonly<Record<string, () => string>> = {
  serve: serveText,
  enqueue: () => enqueueText,
  work: () => workText,
  ...operatorTexts,
  help: () => helpText,
  version: () => versionText,
};

/** Prints a help text. @throws {Complaint} when there is no such command */
export const help: Command = async ([verb], terminal) => {
  await terminal.out.write(helpOf(verb));
  return 0;
};

/** The text of one command, or of all. @throws {Complaint} when there is no such command */
export function helpOf(verb: string | undefined): string {
  if (verb === undefined) return overview;

  const text = Object.hasOwn(texts, verb) ? texts[verb] : undefined;
  if (text) return text();
  throw new Complaint(
    `there is no command "${verb}"`,
    didYouMean(verb, Object.keys(texts)) ?? "See lakh help.",
  );
}

function serveText(): string {
  const flags = settingKeys.map((key) => {
    const { kind, default: texts, doc } = settings[key];
    const standard = texts.length === 0 ? "" : ` Default: ${texts.join(", ")}.`;
    const lines = wrapped(`${doc.replaceAll("`", "")}${standard}`, 74).map((line) => `      ${line}\n`);
    return `  --${flagOf(key)}${kind.isSwitch ? "" : " VALUE"}\n${lines.join("")}`;
  });
  return `Runs the server.

Usage: lakh serve [FLAGS]

  --config FILE
      Settings in TOML. Default: ./lakh.toml if there is one.
${flags.join("")}
Each is also LAKH_NAME in the environment and name in the file: --log-level is
LAKH_LOG_LEVEL and log_level. Flags go before environment before file.

Example:
  lakh serve --listen 127.0.0.1:8080 --store /var/lib/lakh
`;
}

function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
