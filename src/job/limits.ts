// Every bound of a job in one place. The contract, the docs and the tests quote these numbers.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Bounds and defaults. Spans are milliseconds, sizes bytes, instants epoch milliseconds. */
export const LIMITS = {
  /** Characters of a job's name: `[A-Za-z0-9._:-]`. */
  nameLengthMax: 128,
  /** Printable ASCII characters, without spaces, of a job's or a worker's id. */
  idLengthMax: 128,
  /** Refused at enqueue, never at dispatch. */
  payloadBytesMax: 1 << 20,
  /** How deep the arrays and objects of a `json` payload may nest: decoders of others stop at 49. */
  jsonDepthMax: 32,
  /** Jobs in one enqueue, ids in one cancel, reports in one message. */
  batchMax: 1_000,
  labelsMax: 32,
  labelLengthMax: 128,
  priorityMin: -100,
  priorityMax: 100,
  reservationMsMin: SECOND,
  reservationMsMax: 24 * HOUR,
  reservationMsDefault: 30 * MINUTE,
  retriesMax: 1_000,
  retriesDefault: 30,
  /** Of a delay, a backoff, a retry_after, a retention. */
  delayMsMax: 100 * YEAR,
  backoffDelaysMax: 100,
  backoffFactorMax: 100,
  backoffFactorDefault: 2,
  backoffMaxMsDefault: DAY,
  /** 1970-01-01T00:00:00Z. */
  instantMin: 0,
  /** 9999-12-31T23:59:59.999Z, the last instant of a protobuf Timestamp. */
  instantMax: 253_402_300_799_999,
  /** How many workers a job may lose before it is taken for their killer. */
  lossesMax: 5,
  /** A lost job waits this long times its losses. */
  lossDelayMs: SECOND,
  disconnectGraceMsDefault: 10 * SECOND,
  /** What is longer is cut, with no error: a report must not fail because its error is long. */
  errorClassLengthMax: 200,
  errorMessageBytesMax: 4 << 10,
  errorStackBytesMax: 16 << 10,
  /** Characters of an error's first line that are kept with the job and shown of its group, and that are read for it. */
  errorLineLengthMax: 200,
  errorLineReadMax: 1_000,
  /** Ended attempts kept with a job, the newest. */
  historyMax: 50,
  resultBytesMax: 64 << 10,
  progressTextLengthMax: 200,
  /** Unfinished deliveries that one worker may ask for. */
  capacityMax: 10_000,
  /** Names that one worker may offer. */
  namesMax: 1_000,
  reserveJobsMax: 100,
  reserveWaitMsMax: MINUTE,
  /** Characters of a unique key, none of them a control character. */
  uniqueKeyLengthMax: 256,
  /** How long an enqueue may wait for its jobs to be finished, and for how many. */
  enqueueWaitMsMax: MINUTE,
  enqueueWaitJobsMax: 32,
  /** Of the values that one condition of a filter lists, of its ids, of its texts' characters, of its exclusions. */
  filterValuesMax: 100,
  filterIdsMax: 1_000,
  filterTextLengthMax: 200,
  filterExclusionsMax: 32,
  /** Entries of a page, where a list has no other default. */
  pageSizeMax: 1_000,
  pageSizeDefault: 100,
  jobPageSizeDefault: 50,
  /** Characters of a page token. */
  pageTokenLengthMax: 2_048,
  /** Bytes of payloads and histories in one page of whole jobs. */
  pageBytesMax: 2 << 20,
  /** How long a search that no index serves goes on, and a preview. */
  searchMsMax: 200,
  previewMsMax: 1_000,
  /** How many jobs before a ready one are counted. */
  aheadMax: 1_000,
  previewSamplesMax: 20,
  previewCountsMax: 100,
  /** An operator's retry may be spread over this. */
  spreadMsMax: 7 * DAY,
  /** Operations under way at once, and ended ones kept. */
  operationsRunningMax: 20,
  operationsKeptMax: 100,
  /** Bytes of the filter of an operation, which is stored and listed. */
  operationFilterBytesMax: 16 << 10,
  pausedNamesMax: 10_000,
  /** Workers that were told to drain and are told again when they come back. */
  drainedWorkersMax: 1_000,
  /** A worker that polls counts as connected for this long after its last call. */
  pollerMsMax: 30 * SECOND,
  /** Jobs of a worker that are shown, and workers of a queue. */
  heldShownMax: 100,
  queueWorkersMax: 100,
  watchIntervalMsMin: SECOND,
  watchIntervalMsMax: MINUTE,
  watchIntervalMsDefault: 2 * SECOND,
  /** How often a watcher hears something at least. */
  watchBeatMs: 5 * SECOND,
  /** Queues, workers and jobs in one message to a watcher. */
  watchedMax: 1_000,
  watchedJobsMax: 200,
  /** How far back charts go. */
  historyWindowMsMin: SECOND,
  historyWindowMsMax: 30 * DAY,
  historyWindowMsDefault: 5 * MINUTE,
  /** How far ahead a schedule goes, into how many steps it is divided, and how many jobs are counted for it. */
  scheduleWindowMsMin: MINUTE,
  scheduleWindowMsMax: 366 * DAY,
  scheduleWindowMsDefault: DAY,
  scheduleStepsMax: 400,
  scheduleStepsDefault: 96,
  scheduleJobsMax: 200_000,
  retentionMsDefault: { succeeded: DAY, cancelled: DAY, dead: 180 * DAY },
} as const;
