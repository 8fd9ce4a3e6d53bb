// The matrix's control: a script that passes whatever the server does would prove nothing.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nodeClients } from "./node-clients.ts";
import { runScript } from "./script.ts";
import { ADMIN_MUTANTS, opensMutant, STORE_MUTANTS } from "./store-mutants.ts";
import { openWireServer, type WireServerOptions } from "./wire-server.ts";

async function verdictOn(options: WireServerOptions): Promise<string> {
  await using server = await openWireServer(options);
  const [client, ...others] = nodeClients(server.url);
  for (const other of others) other.close();
  assert.ok(client);
  try {
    await runScript(client, { prefix: "mutant", lanes: ["Work"], patienceMs: 2_000 });
    return "passes";
  } catch (error) {
    return String(error);
  } finally {
    client.close();
  }
}

describe("the script fails when", { concurrency: true }, () => {
  for (const [broken, mutant] of Object.entries({ ...STORE_MUTANTS, ...ADMIN_MUTANTS })) {
    test(broken, async (t) => {
      const verdict = await verdictOn(opensMutant(mutant));
      assert.notEqual(verdict, "passes");
      t.diagnostic(verdict.slice(0, 200));
    });
  }

  test("nothing is broken: then it does not", async () => {
    assert.equal(await verdictOn(opensMutant(() => ({}))), "passes");
  });
});
