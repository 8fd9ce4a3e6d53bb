// The help of those commands with which people look after the work. Every text fits 80 columns and has an example.
const forServer = `  --server URL             default: LAKH_SERVER or http://127.0.0.1:50051
  -o, --output SHAPE       table, json or ndjson; default: table
`;

const filterText = `Filters: words with a colon, joined by "and"; a comma is "or", a minus before
excludes: state:dead name:mail.* error:TimeoutError since:1h -label.tenant:42
  state: is:retrying name: error: group: label.KEY: id: worker: key: since:
  until: due: finished: priority: attempt: failures: payload:
docs/cli.md has the table of them.
`;

const jobsText = `Shows jobs and changes them.

Usage: lakh jobs list [--filter F] [--order O] [--limit N] [--full]
       lakh jobs get ID                  one job whole, with its history
       lakh jobs explain ID              why it is not running
       lakh jobs retry|run-now|cancel|delete ID...      - for ids from stdin
       lakh jobs retry|run-now|cancel|delete --filter F --all-matching

  --filter F               which jobs, see below
  --order O                newest, oldest (by enqueue), latest, earliest (by
                           the instant of their state)
  --limit N                at most so many; default: 50
  --page-token T           where the last JSON said that it goes on
  --full                   payload, result and attempts in JSON
  --all-matching           yes, all that match; --everything: all there are
  --dry-run                change nothing, show what would be changed
  -y, --yes                cancel and delete without asking
  --spread SPAN, --rate R  retry: over 10m, or 50/s, 100/m, 1000/h
  --no-wait                do not follow the operation to its end
${forServer}
${filterText}
Example:
  lakh jobs list --filter 'state:dead since:1d' --limit 20
  lakh jobs retry --filter 'state:dead name:mail.*' --all-matching --rate 50/s
  lakh jobs cancel --filter 'state:ready label.tenant:42' --dry-run
`;

const queuesText = `Shows queues, pauses and resumes them. A job's name is its queue.

Usage: lakh queues list [--prefix P]
       lakh queues get NAME              with the workers that offer it
       lakh queues pause NAME...         ready jobs wait, running ones finish
       lakh queues resume NAME...

  --prefix P               only names that begin so
${forServer}
Retrying jobs are among the scheduled ones.

Example:
  lakh queues list --prefix mail.
  lakh queues pause mail.welcome
  lakh queues resume mail.welcome
`;

const deadText = `Dead jobs: grouped by what went wrong, and what can be done about them.

Usage: lakh dead groups [--name NAME] [--retrying] [--order O] [--limit N]
       lakh dead retry|delete GROUP
       lakh dead retry|delete --filter F --all-matching
       lakh dead export [GROUP] [--filter F]    whole jobs as NDJSON on stdout

  --retrying               jobs that are still tried again
  --order O                largest or latest first; default: largest
  --filter F               as in lakh help jobs, without the state
  --all-matching           yes, all that match; --everything: all dead jobs
  --dry-run                change nothing, show what would be changed
  -y, --yes                delete without asking
  --spread SPAN, --rate R  retry: over 10m, or 50/s, 100/m, 1000/h
  --no-wait                do not follow the operation to its end
${forServer}
Example:
  lakh dead groups --name mail.welcome
  lakh dead retry 9f2c00112233aabb --rate 50/s
  lakh dead export --filter 'since:7d'
`;

const workersText = `Shows connected workers, and sends them home.

Usage: lakh workers list [--name NAME]
       lakh workers drain ID... | --name NAME | --everyone

Workers that drain get no more jobs, finish what they hold, report it and exit.

  --name NAME              those that offer this name
  --everyone               all of them
  -y, --yes                without asking
${forServer}
Example:
  lakh workers list
  lakh workers drain host-1 --yes
`;

const operationsText = `Changes of many jobs, which go on in the background.

Usage: lakh operations list
       lakh operations get ID
       lakh operations stop ID           what it has changed stays changed

${forServer}
Example:
  lakh operations list
  lakh operations get op-1
  lakh operations stop op-1
`;

const systemText = `How the server itself is doing: process, store, commits, how late its event
loop is, what it refused, and the settings that are not the defaults.

Usage: lakh system

${forServer}
In JSON every setting is there, with where it comes from.

Example:
  lakh system
`;

const topText = `The work, live, in a terminal: rates, waits, workers, queues, operations.
Where there is no terminal it is printed once.

Usage: lakh top [--interval SPAN]

  --interval SPAN          how often, 1s to 1m; default: 1s
  --server URL             default: LAKH_SERVER or http://127.0.0.1:50051

Keys: s sorts by depth, age, rate or name; p stops the picture; q leaves.
What is dim is old: the server is away, and is tried again.

Example:
  lakh top
`;

const watchText = `Prints what changes, as it changes, as NDJSON: each line is one frame of
AdminService.Watch. Goes on over broken connections; Ctrl-C ends it with 0.

Usage: lakh watch [--topics T,...] [--filter-names NAME,...] [--interval SPAN]

  --topics T,...           overview, queues, workers, operations, jobs;
                           default: jobs
  --filter-names NAME,...  only queues and jobs of these names
  --interval SPAN          at most one frame in this time, 1s to 1m; default: 2s
  --server URL             default: LAKH_SERVER or http://127.0.0.1:50051

Example:
  lakh watch --topics jobs,queues --filter-names mail.welcome
`;

/** By command. */
export const operatorTexts = {
  jobs: () => jobsText,
  queues: () => queuesText,
  dead: () => deadText,
  workers: () => workersText,
  operations: () => operationsText,
  system: () => systemText,
  top: () => topText,
  watch: () => watchText,
} as const;
