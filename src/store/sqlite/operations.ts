// The table of operations: what is to be done, how far it has come, and where its search goes on.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { LIMITS } from "../../job/limits.ts";
import type { Operation, OperationId, OperationPlan } from "../operation.ts";
import type { Cursor } from "../search.ts";

/** What one batch has done. */
export interface Progress {
  readonly searched: number;
  readonly changed: number;
  readonly skipped: number;
  /** Undefined when every candidate was looked at. */
  readonly after: Cursor | undefined;
  readonly now: number;
}

export interface Begun {
  readonly operation: Operation;
  /** Where its search goes on; undefined at the beginning. */
  readonly after: Cursor | undefined;
}

const COLUMNS = "plan, state, searched, changed, skipped, cursor, finished_at";

export class Operations {
  readonly #begin: StatementSync;
  readonly #forget: StatementSync;
  readonly #byId: StatementSync;
  readonly #all: StatementSync;
  readonly #go: StatementSync;
  readonly #end: StatementSync;

  constructor(db: DatabaseSync) {
    this.#begin = db.prepare(
      "insert into operation (id, plan, state, searched, changed, skipped) values (?, ?, 'running', 0, 0, 0) on conflict (id) do nothing",
    );
    this.#forget = db.prepare(
      `delete from operation where state <> 'running' and n not in
        (select n from operation where state <> 'running' order by finished_at desc, n desc limit ${LIMITS.operationsKeptMax})`,
    );
    this.#byId = db.prepare(`select ${COLUMNS} from operation where id = ?`);
    this.#all = db.prepare(`select ${COLUMNS} from operation order by n desc`);
    this.#go = db.prepare(
      `update operation set searched = searched + ?, changed = changed + ?, skipped = skipped + ?, cursor = ?
        where id = ?`,
    );
    this.#end = db.prepare("update operation set state = ?, finished_at = ?, cursor = null where id = ?");
  }

  /** Begins it; one that has begun already goes on. */
  begin(plan: OperationPlan): Operation {
    this.#begin.run(plan.id, JSON.stringify(plan));
    const begun = this.find(plan.id);
    if (!begun) throw new Error(`operation ${plan.id} is not where it was put`);

    return begun.operation;
  }

  find(id: OperationId): Begun | undefined {
    const row = this.#byId.get(id);
    return row && read(row);
  }

  all(): Operation[] {
    return this.#all.all().map((row) => read(row).operation);
  }

  /** A batch was carried out. With the last one the operation is done. Answers it as it stands then. */
  went(id: OperationId, { searched, changed, skipped, after, now }: Progress): Operation | undefined {
    this.#go.run(searched, changed, skipped, after ?? null, id);
    return after === undefined ? this.#finish(id, "done", now) : this.find(id)?.operation;
  }

  stop(id: OperationId, now: number): Operation | undefined {
    const operation = this.find(id)?.operation;
    return operation?.state === "running" ? this.#finish(id, "stopped", now) : operation;
  }

  #finish(id: OperationId, state: Operation["state"], now: number): Operation | undefined {
    this.#end.run(state, now, id);
    const ended = this.find(id)?.operation;
    this.#forget.run();
    return ended;
  }
}

function read(row: Readonly<Record<string, unknown>>): Begun {
  const plan = JSON.parse(String(row.plan)) as OperationPlan;
  return {
    operation: {
      ...plan,
      state: row.state as Operation["state"],
      searched: Number(row.searched),
      changed: Number(row.changed),
      skipped: Number(row.skipped),
      ...(row.finished_at !== null && { finishedAt: Number(row.finished_at) }),
    },
    after: (row.cursor as Cursor | null) ?? undefined,
  };
}
