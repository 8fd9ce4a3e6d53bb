// Warns when jobs wait under a name that no worker offers: most often a worker was not started, or a name is misspelt.
import type { Broker } from "../broker/broker.ts";
import { ignoreStoreFault } from "../store/store.ts";
import type { Logger } from "./log.ts";

const LOOK_EVERY_MS = 60_000;
/** A name is mentioned again when its jobs have grown by this factor. */
const MENTION_AGAIN_FACTOR = 10;

/** Looks now and then until it is stopped. */
export function warnOfUnserved(broker: Broker, log: Logger): () => void {
  const mentioned = new Map<string, number>();
  const look = async () => {
    const unserved = await broker.unserved();
    const names = new Set<string>(unserved.map(({ name }) => name));
    for (const name of mentioned.keys()) if (!names.has(name)) mentioned.delete(name);
    for (const { name, jobs } of unserved) {
      if (jobs < (mentioned.get(name) ?? 0) * MENTION_AGAIN_FACTOR) continue;
      mentioned.set(name, jobs);
      log.warn(
        { name, jobs },
        `${jobs} ${jobs === 1 ? "job" : "jobs"} named ${name} wait and no worker offers it`,
      );
    }
  };
  let stop = () => {};
  const again = () => {
    stop = broker.clock.after(LOOK_EVERY_MS, () => {
      look().then(again, ignoreStoreFault);
    });
  };
  again();
  return () => stop();
}
