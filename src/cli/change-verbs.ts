// The four things that can be done to stored jobs, and how each is asked of the server.
import type { AdminCalls } from "../client/admin-calls.ts";
import type { toSelection } from "../client/admin-requests.ts";
import type { WireBulkResult } from "../client/wire-json.ts";
import { durationOf } from "../client/wire-values.ts";

type Call = Parameters<Parameters<AdminCalls["read"]>[0]>;

/** One call. */
export interface ChangeCall {
  readonly client: Call[0];
  readonly options: Call[1];
  readonly selection: ReturnType<typeof toSelection>;
  readonly dryRun: boolean;
  readonly spreadMs: number | undefined;
}

/** One of the four. */
export interface ChangeVerb {
  /** As the command line has it: `jobs retry`. */
  readonly words: string;
  /** `Retry`. */
  readonly infinitive: string;
  /** `retried`. */
  readonly done: string;
  /** Whether something is lost for good, or a person's work ended. */
  readonly destroys: boolean;
  readonly call: (call: ChangeCall) => Promise<{ readonly result?: WireBulkResult | undefined }>;
}

export const retryVerb: ChangeVerb = {
  words: "jobs retry",
  infinitive: "Retry",
  done: "retried",
  destroys: false,
  call: ({ client, options, selection, dryRun, spreadMs }) => {
    const spread = spreadMs === undefined ? {} : { spread: durationOf(spreadMs) };
    return client.retryJobs({ selection, dryRun, ...spread }, options);
  },
};

export const runNowVerb: ChangeVerb = {
  words: "jobs run-now",
  infinitive: "Make ready",
  done: "made ready",
  destroys: false,
  call: ({ client, options, selection, dryRun }) => client.runJobsNow({ selection, dryRun }, options),
};

export const cancelVerb: ChangeVerb = {
  words: "jobs cancel",
  infinitive: "Cancel",
  done: "cancelled",
  destroys: true,
  call: ({ client, options, selection, dryRun }) => client.cancelMatchingJobs({ selection, dryRun }, options),
};

export const deleteVerb: ChangeVerb = {
  words: "jobs delete",
  infinitive: "Delete",
  done: "deleted",
  destroys: true,
  call: ({ client, options, selection, dryRun }) => client.deleteJobs({ selection, dryRun }, options),
};
