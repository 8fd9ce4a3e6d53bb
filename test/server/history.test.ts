// Charts survive a restart: a whole server over a directory, stopped and started again, on a clock that the test turns.
import assert from "node:assert/strict";
import { test } from "node:test";
import { VERSION } from "../../src/server/version.ts";
import { VirtualClock } from "../broker/virtual-clock.ts";
import { openProducer } from "../wire/producer.ts";
import { openDirectory, openWireServer } from "../wire/wire-server.ts";

const MINUTE = 60_000;
const window = { seconds: 3_600n, nanos: 0 };

function sum(list: readonly number[] | undefined): number {
  return (list ?? []).reduce((all, one) => all + (Number.isNaN(one) ? 0 : one), 0);
}

test("what a chart showed before a restart it shows afterwards, and what happened in the minute of the stop too", async () => {
  await using directory = await openDirectory();
  const clock = new VirtualClock();
  const run = async (jobs: number) => {
    await using server = await openWireServer({ clock, store: directory.store });
    using producer = openProducer(server.url);
    const ask = async (name: string) => (await producer.admin.getHistory({ name, window })).history;
    const [before, beforeOfName] = [await ask(""), await ask("mail")];
    await producer.enqueue(...Array.from({ length: jobs }, () => ({ name: "mail" })));
    await clock.advance(3 * MINUTE);
    const after = await ask("");
    await producer.enqueue({ name: "mail" });
    await clock.advance(MINUTE / 3);
    return { before, beforeOfName, after };
  };

  const first = await run(5);
  assert.equal(sum(first.before?.enqueued), 0);
  assert.equal(sum(first.after?.enqueued), 5);
  const second = await run(7);
  assert.equal(sum(second.before?.enqueued), 6, "of everybody, by 10 s");
  assert.equal(sum(second.beforeOfName?.enqueued), 5, "of the name, by minutes: the last is under way");
  const third = await run(1);
  assert.equal(sum(third.beforeOfName?.enqueued), 5 + 1 + 7, "that minute went on after the restart");
  assert.equal(sum(third.before?.enqueued), 14);
  assert.deepEqual(
    third.after?.starts.map(({ version }) => version),
    [VERSION, VERSION, VERSION],
  );
});
