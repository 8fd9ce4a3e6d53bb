// What SQLite makes of our statements: each is planned once, however often it runs.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openStore } from "../../src/store/open.ts";
import { RETENTION } from "./new-jobs.ts";

/** The statements that an engine prepares while it opens. */
async function preparedStatements(): Promise<string[]> {
  const prepared: string[] = [];
  const prepare = DatabaseSync.prototype.prepare;
  DatabaseSync.prototype.prepare = function (sql, ...rest) {
    prepared.push(sql);
    return prepare.call(this, sql, ...rest);
  };
  try {
    const store = await openStore("memory:", { retention: RETENTION, chance: () => 0.5 });
    await store.groups({ as: "dead", order: "largest", groupsMax: 1 });
    await store.close();
  } finally {
    DatabaseSync.prototype.prepare = prepare;
  }
  return prepared;
}

/** Processor time of one run, in microseconds, each with another number of rows. */
function microsOf(limit: string): number {
  using db = new DatabaseSync(":memory:");
  db.exec(
    "create table job (seq integer primary key, name text, at int); create index by_name on job (name, at)",
  );
  for (let i = 0; i < 100; i++) db.prepare("insert into job (name, at) values ('mail', ?)").run(i);
  const statement = db.prepare(`select seq, at from job where name = ? and at > ? order by at ${limit}`);
  const before = process.cpuUsage();
  for (let i = 0; i < 10_000; i++) statement.all("mail", i % 50, 1 + (i % 2));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10_000;
}

test("no statement is planned anew when another limit is bound", async () => {
  const statements = await preparedStatements();
  assert.ok(statements.filter((sql) => sql.includes("limit +?")).length >= 5);
  assert.deepEqual(
    statements.filter((sql) => /limit\s+\?/.test(sql)),
    [],
  );
});

test("that makes a difference, so it is a rule (the control)", (t) => {
  const [bare, plus] = [microsOf("limit ?"), microsOf("limit +?")];
  t.diagnostic(`${bare.toFixed(1)} us for a bare one, ${plus.toFixed(1)} us with a plus`);
  assert.ok(bare > 1.5 * plus, "SQLite does not mind any more: the plus can go");
});
