// The contract of src/store/store.ts as a test suite. An engine that passes it may be used; each engine's own test
// file calls this, and adds what is true of that engine alone.
import { describe } from "node:test";
import { testEnqueue } from "./contract-enqueue.ts";
import { testGroups } from "./contract-groups.ts";
import { testHistory } from "./contract-history.ts";
import { testKeeping } from "./contract-keeping.ts";
import { testMoves } from "./contract-moves.ts";
import { testOperations } from "./contract-operations.ts";
import { testOrder } from "./contract-order.ts";
import { testReading } from "./contract-reading.ts";
import { testSearch } from "./contract-search.ts";
import { testSteering } from "./contract-steering.ts";
import { testUniqueKeys } from "./contract-unique.ts";
import type { Engine } from "./engine.ts";

export function testContract(engine: Engine): void {
  describe(`${engine.name} keeps the contract of a store:`, () => {
    testEnqueue(engine);
    testOrder(engine);
    testMoves(engine);
    testReading(engine);
    testUniqueKeys(engine);
    testSearch(engine);
    testGroups(engine);
    testOperations(engine);
    testSteering(engine);
    testHistory(engine);
    testKeeping(engine);
  });
}
