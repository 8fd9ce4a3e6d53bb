// A store in which operations take their time, so that somebody can press a button while one runs.
import { setTimeout } from "node:timers/promises";
import { retentionOf, type ServerParts } from "../../src/server/server.ts";
import { openStore } from "../../src/store/open.ts";

/** Each batch of an operation takes at least so long; everything else is as ever. */
export function slowOperations(batchMs: number): Pick<ServerParts, "openStore"> {
  return {
    async openStore(config, clock) {
      const options = { retention: retentionOf(config), chance: () => clock.chance() };
      const store = await openStore(config.store, options);
      const change = store.change.bind(store);
      store.change = async (selection, now) => {
        if (selection.select === "operation") await setTimeout(batchMs);
        return change(selection, now);
      };
      return store;
    },
  };
}
