// The contract of a storage engine: it finds, locks and writes, and knows no states. Each change is a selection of
// jobs and a move; the engine reads the rows, asks the rules of src/job for each, and writes the answers, all in one
// transaction. test/store/contract.ts is the same contract as a test suite, which every engine passes.
import type { NewJob } from "../job/admission.ts";
import type { Job, JobId, JobName, Payload } from "../job/job.ts";
import type { Decision, Move, MoveNamed } from "../job/move.ts";
import type { HistoryStore } from "./history.ts";
import type { Operation, OperationId, OperationStore } from "./operation.ts";
import type { StoreReader } from "./search.ts";

/** What becomes of one job of an enqueue. */
export interface Enqueued {
  /** The job as it is stored: the new one, or for a duplicate the one that was there. */
  readonly job: Job;
  readonly duplicate: boolean;
  /** The waiting job whose place it took by its unique key: its cancellation. */
  readonly replaced?: Outcome;
}

/** One move for one job. */
export interface MoveById {
  readonly id: JobId;
  readonly move: Move;
}

/** Which jobs to change, and how. */
export type Selection =
  | { readonly select: "ids"; readonly moves: readonly MoveById[] }
  | NextReady
  | { readonly select: "due"; readonly jobsMax: number }
  | { readonly select: "streams"; readonly move: MoveNamed<"disconnect"> }
  | NextOfOperation;

/** The next ready jobs of these names, by priority (higher first), then by enqueue order. */
export interface NextReady {
  readonly select: "next";
  /** Asked once, synchronously, when it is this selection's turn: what was asked before it may have made room. */
  readonly rooms: () => Rooms;
  /** The selection ends with the job whose payload brings the sum of payload bytes to this or above. */
  readonly bytesMax: number;
  /**
   * Gives the job to a worker; undefined leaves it where it is, and what comes after it of its name. Called once per
   * job, in order, synchronously. It must not throw: that would be a bug, and the store would fail for good.
   */
  readonly deal: (job: Job, payloadBytes: number) => MoveNamed<"reserve"> | undefined;
}

/** The next jobs of a running operation. Its counts, and its end, are written in the same transaction. */
export interface NextOfOperation {
  readonly select: "operation";
  readonly id: OperationId;
  readonly jobsMax: number;
  /** How many candidates to look at. */
  readonly searchMax: number;
}

/** Room for ready jobs. */
export interface Rooms {
  /** How many jobs of each name at most, from 1. */
  readonly each: ReadonlyMap<JobName, number>;
  /** How many in all. */
  readonly inAll: number;
}

/** What became of one job of a selection. */
export interface Outcome {
  readonly id: JobId;
  /** The job before the move; undefined when there is none with this id. */
  readonly was: Job | undefined;
  readonly decision: Decision;
  /** With `select: "next"` alone. */
  readonly payload?: Payload;
  /** With `select: "next"` alone: the payload's largest size on the wire. */
  readonly payloadBytes?: number;
}

export interface Changed {
  /** One for each job, in the order of the selection. With `select: "due"` jobs that were forgotten are included. */
  readonly outcomes: readonly Outcome[];
  /** The selection ended at one of its bounds; there may be more jobs that fit it. */
  readonly more: boolean;
  /** With `select: "next"` alone: names that had room, and of which it is known that no ready job is left. */
  readonly emptied?: readonly JobName[];
  /** With `select: "operation"` alone: how it stands now; undefined when there is none with this id. */
  readonly operation?: Operation | undefined;
}

/**
 * Every promise resolves only when what it tells is durable, and rejects with a StoreFault. Calls that arrive
 * together may be committed together; each is all or nothing.
 */
export interface Store extends StoreReader, OperationStore, HistoryStore {
  /**
   * Stores jobs in their order. A job whose id is stored already changes nothing. So does one whose unique key an
   * unfinished job of its name has, unless that one waits and is to be replaced: then it is cancelled.
   */
  enqueue(jobs: readonly NewJob[]): Promise<readonly Enqueued[]>;
  /** Changes the selected jobs as the rules decide. */
  change(selection: Selection, now: number): Promise<Changed>;
  /** No more jobs of these names are to be handed out. Answers those that were not paused before. */
  pause(names: readonly JobName[], now: number): Promise<readonly JobName[]>;
  /** The contrary. Answers those that were paused. */
  resume(names: readonly JobName[]): Promise<readonly JobName[]>;
  /** Which names are paused, and since when. */
  paused(): Promise<ReadonlyMap<JobName, number>>;
  /** Resolves with the fault when the store has failed for good: nothing is acknowledged after it. */
  readonly failed: Promise<StoreFault>;
  /** Writes what is under way, then lets go of everything. Later calls reject with the fault `closed`. */
  close(): Promise<void>;
}

/**
 * What went wrong with the world:
 * `full`: no room; nothing of this call was stored, the store lives on.
 * `failed`: a write or an fsync failed; whether this call was stored is unknown, and nothing more is acknowledged.
 * `closed`: the store was closed before the call.
 * `unusable`: it could not be opened; the message says why and what to do.
 * `damaged`: a stored job does not match its checksum.
 */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
  readonly kind: "full" | "failed" | "closed" | "unusable" | "damaged";

  constructor(kind: StoreFault["kind"], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** For a promise that nobody awaits: of a StoreFault the server hears by `failed`; anything else is a bug, and thrown. */
export function ignoreStoreFault(error: unknown): void {
  if (!(error instanceof StoreFault)) throw error;
}
