// The calls of the API for which `lakh` has a command. Those that destroy have no --yes: whoever pastes them is asked.
import { isMessage, type Message } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { printFilter } from "../../src/client/filter.ts";
import {
  CancelMatchingJobsRequestSchema,
  DeleteJobsRequestSchema,
  DrainWorkersRequestSchema,
  GetOperationRequestSchema,
  GetQueueRequestSchema,
  PauseQueuesRequestSchema,
  ResumeQueuesRequestSchema,
  RetryJobsRequestSchema,
  RunJobsNowRequestSchema,
  StopOperationRequestSchema,
} from "../../src/gen/lakh/v1/admin_pb.ts";
import type { JobSelection } from "../../src/gen/lakh/v1/operation_pb.ts";
import { CancelJobsRequestSchema, GetJobRequestSchema } from "../../src/gen/lakh/v1/producer_pb.ts";
import { commandLine, flagWords, plainWords, spanWord } from "./cli-words.ts";
import type { CopyTarget } from "./copy-as.ts";
import { hasUnseen, isTooLong } from "./quoting.ts";

/** Undefined where no command makes this very call. */
export function callByCli(request: Message, target: CopyTarget): string | undefined {
  for (const wordsOf of COMMANDS) {
    const words = wordsOf(request);
    if (words)
      return words.some((word) => hasUnseen(word) || isTooLong(word))
        ? undefined
        : commandLine(words, target);
  }
  return undefined;
}

type Words = readonly string[] | undefined;

function command<M extends Message>(schema: GenMessage<M>, wordsOf: (request: M) => Words) {
  return (request: Message): Words =>
    isMessage(request, schema) ? wordsOf(request as unknown as M) : undefined;
}

const COMMANDS: readonly ((request: Message) => Words)[] = [
  command(GetJobRequestSchema, ({ id }) => ["jobs", "get", ...plainWords([id])]),
  command(GetQueueRequestSchema, ({ name }) => ["queues", "get", ...plainWords([name])]),
  command(GetOperationRequestSchema, ({ id }) => ["operations", "get", ...plainWords([id])]),
  command(StopOperationRequestSchema, ({ id }) => ["operations", "stop", ...plainWords([id])]),
  command(PauseQueuesRequestSchema, ({ names }) => ["queues", "pause", ...plainWords(names)]),
  command(ResumeQueuesRequestSchema, ({ names }) => ["queues", "resume", ...plainWords(names)]),
  command(CancelJobsRequestSchema, ({ ids }) => jobIds("cancel", ids)),
  command(RetryJobsRequestSchema, ({ spread, ...request }) =>
    jobs("retry", request, spread ? flagWords("spread", spanWord(spread)) : []),
  ),
  command(RunJobsNowRequestSchema, (request) => jobs("run-now", request)),
  command(CancelMatchingJobsRequestSchema, (request) => jobs("cancel", request)),
  command(DeleteJobsRequestSchema, (request) => jobs("delete", request)),
  command(DrainWorkersRequestSchema, ({ workerIds, names, everyone }) => {
    const ways = [workerIds.length > 0, names.length > 0, everyone].filter(Boolean).length;
    if (ways !== 1) return undefined;
    if (everyone) return ["workers", "drain", "--everyone"];
    return [
      "workers",
      "drain",
      ...names.flatMap((name) => flagWords("name", name)),
      ...plainWords(workerIds),
    ];
  }),
];

interface ChangeRequest {
  readonly selection?: JobSelection | undefined;
  readonly dryRun: boolean;
}

function jobs(verb: string, { selection, dryRun }: ChangeRequest, more: readonly string[] = []): Words {
  if (selection?.jobs.case === undefined) return undefined;
  if (selection.jobs.case === "ids")
    return dryRun || more.length > 0 ? undefined : jobIds(verb, selection.jobs.value.ids);
  // The instant up to which jobs must have matched has no flag: the command takes its own.
  if (selection.asOf !== undefined) return undefined;

  const filter = printFilter(selection.jobs.value);
  if (filter === "" && !selection.everything) return undefined;
  const which = filter === "" ? ["--everything"] : [...flagWords("filter", filter), "--all-matching"];
  return ["jobs", verb, ...which, ...(dryRun ? ["--dry-run"] : []), ...more];
}

/** A dash alone would be stdin. */
function jobIds(verb: string, ids: readonly string[]): Words {
  return ids.length === 1 && ids[0] === "-" ? undefined : ["jobs", verb, ...plainWords(ids)];
}
