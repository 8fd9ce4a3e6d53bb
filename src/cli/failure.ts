// What a person is told when a command fails, and the exit code that a script sees.
import { Code, ConnectError } from "../client/client.ts";
import { Complaint } from "../server/complaint.ts";
import { ConfigError } from "../server/config.ts";

/** The exit codes. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notReachable: 3,
  denied: 4,
  notFound: 5,
  refused: 6,
} as const;

/** A failure whose whole message is known where it happens: `what failed: why. What to do.` */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The message and exit code for whatever was thrown. */
export function failureOf(error: unknown, whatFailed: string): { message: string; exitCode: number } {
  if (error instanceof Failure) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof Complaint) return { message: error.about(whatFailed), exitCode: exitCodes.usage };
  if (error instanceof ConfigError) return { message: error.message, exitCode: exitCodes.usage };
  if (error instanceof ConnectError) return answered(error, whatFailed);

  const why = error instanceof Error ? error.message : String(error);
  return { message: `${whatFailed}: ${sentence(why)} See where with --debug.`, exitCode: exitCodes.failed };
}

interface Advice {
  readonly exitCode: number;
  readonly whatToDo: string;
}

const away: Advice = {
  exitCode: exitCodes.notReachable,
  whatToDo: 'Start a server with "lakh serve", or name another with --server URL.',
};
const denied: Advice = {
  exitCode: exitCodes.denied,
  whatToDo: "Ask the server's owner for the right to do this.",
};
const refused: Advice = {
  exitCode: exitCodes.refused,
  whatToDo: "See where the job stands before trying again.",
};
const wrong: Advice = { exitCode: exitCodes.usage, whatToDo: "Correct it and try again." };

const advices: ReadonlyMap<Code, Advice> = new Map([
  [Code.Unavailable, away],
  [Code.DeadlineExceeded, away],
  [Code.Aborted, away],
  [Code.Unauthenticated, denied],
  [Code.PermissionDenied, denied],
  [
    Code.NotFound,
    { exitCode: exitCodes.notFound, whatToDo: "Check the id; finished jobs are forgotten in time." },
  ],
  [Code.FailedPrecondition, refused],
  [Code.AlreadyExists, refused],
  [Code.InvalidArgument, wrong],
  [Code.OutOfRange, wrong],
  [
    Code.ResourceExhausted,
    { exitCode: exitCodes.failed, whatToDo: "Send less at once, or try again later." },
  ],
  [Code.Unimplemented, { exitCode: exitCodes.failed, whatToDo: "Check that --server names a Lakh server." }],
]);

function answered(error: ConnectError, whatFailed: string): { message: string; exitCode: number } {
  const advice = advices.get(error.code);
  const whatToDo = advice?.whatToDo ?? "Look into the server's log.";
  const request = error.metadata.get("x-request-id");
  const code = Code[error.code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
  return {
    message: `${whatFailed}: ${sentence(error.rawMessage)} ${whatToDo} (${code}${request ? `, request ${request}` : ""})`,
    exitCode: advice?.exitCode ?? exitCodes.failed,
  };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text || "no reason was given"}.`;
}
