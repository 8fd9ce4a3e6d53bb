// Why a job is dead, in words.
import { DeathReason } from "../../src/gen/lakh/v1/job_pb.ts";

const WORDS: Readonly<Record<DeathReason, string>> = {
  [DeathReason.UNSPECIFIED]: "for an unknown reason",
  [DeathReason.RETRIES_USED_UP]: "its retries are used up",
  [DeathReason.FINAL_FAILURE]: "its worker called the failure final",
  [DeathReason.WORKERS_LOST]: "too many workers vanished while they held it",
  [DeathReason.NOT_STARTED_IN_TIME]: "no worker started it in time",
  [DeathReason.DAMAGED]: "its stored payload is damaged",
};

export function deathWords(reason: DeathReason): string {
  return WORDS[reason] ?? WORDS[DeathReason.UNSPECIFIED];
}
