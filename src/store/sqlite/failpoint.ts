// Named points at which a test may stop the process or fail a call. The server passes none.

export type Point = "mid_migration" | "before_write" | "before_commit" | "after_commit" | "mid_prune";

/** Called at each point. What it throws counts as thrown by SQLite. */
export type Failpoint = (point: Point) => void;

export const noFailpoint: Failpoint = () => {};
