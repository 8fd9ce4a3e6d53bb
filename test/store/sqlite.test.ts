// The embedded engine keeps the contract, in memory and on disk.
import { testContract } from "./contract.ts";
import { DIRECTORY, MEMORY } from "./sqlite-engine.ts";

testContract(MEMORY);
testContract(DIRECTORY);
