// Every bound, written out a second time: the contract and docs/lifecycle.md quote these numbers, so none may change, come or
// go without a test that says so.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS } from "../../src/job/limits.ts";

const JOBS = {
  nameLengthMax: 128,
  idLengthMax: 128,
  payloadBytesMax: 1_048_576,
  jsonDepthMax: 32,
  batchMax: 1_000,
  labelsMax: 32,
  labelLengthMax: 128,
  uniqueKeyLengthMax: 256,
  priorityMin: -100,
  priorityMax: 100,
  reservationMsMin: 1_000,
  reservationMsMax: 86_400_000,
  reservationMsDefault: 1_800_000,
  instantMin: 0,
  instantMax: 253_402_300_799_999,
  enqueueWaitMsMax: 60_000,
  enqueueWaitJobsMax: 32,
  retentionMsDefault: { succeeded: 86_400_000, cancelled: 86_400_000, dead: 15_552_000_000 },
};

const RETRIES = {
  retriesMax: 1_000,
  retriesDefault: 30,
  delayMsMax: 3_153_600_000_000,
  backoffDelaysMax: 100,
  backoffFactorMax: 100,
  backoffFactorDefault: 2,
  backoffMaxMsDefault: 86_400_000,
  lossesMax: 5,
  lossDelayMs: 1_000,
  disconnectGraceMsDefault: 10_000,
};

const REPORTS = {
  errorClassLengthMax: 200,
  errorMessageBytesMax: 4_096,
  errorStackBytesMax: 16_384,
  errorLineLengthMax: 200,
  errorLineReadMax: 1_000,
  historyMax: 50,
  resultBytesMax: 65_536,
  progressTextLengthMax: 200,
};

const WORKERS = {
  capacityMax: 10_000,
  namesMax: 1_000,
  reserveJobsMax: 100,
  reserveWaitMsMax: 60_000,
  pollerMsMax: 30_000,
  heldShownMax: 100,
  queueWorkersMax: 100,
  drainedWorkersMax: 1_000,
};

const OPERATORS = {
  filterValuesMax: 100,
  filterIdsMax: 1_000,
  filterTextLengthMax: 200,
  filterExclusionsMax: 32,
  pageSizeMax: 1_000,
  pageSizeDefault: 100,
  jobPageSizeDefault: 50,
  pageBytesMax: 2_097_152,
  pageTokenLengthMax: 2_048,
  searchMsMax: 200,
  previewMsMax: 1_000,
  previewSamplesMax: 20,
  previewCountsMax: 100,
  aheadMax: 1_000,
  spreadMsMax: 604_800_000,
  operationsRunningMax: 20,
  operationsKeptMax: 100,
  operationFilterBytesMax: 16_384,
  pausedNamesMax: 10_000,
  watchIntervalMsMin: 1_000,
  watchIntervalMsMax: 60_000,
  watchIntervalMsDefault: 2_000,
  watchBeatMs: 5_000,
  watchedMax: 1_000,
  watchedJobsMax: 200,
  historyWindowMsMin: 1_000,
  historyWindowMsMax: 2_592_000_000,
  historyWindowMsDefault: 300_000,
  scheduleWindowMsMin: 60_000,
  scheduleWindowMsMax: 31_622_400_000,
  scheduleWindowMsDefault: 86_400_000,
  scheduleStepsMax: 400,
  scheduleStepsDefault: 96,
  scheduleJobsMax: 200_000,
};

test("the bounds are those of docs/lifecycle.md", () => {
  assert.deepEqual(LIMITS, { ...JOBS, ...RETRIES, ...REPORTS, ...WORKERS, ...OPERATORS });
});
