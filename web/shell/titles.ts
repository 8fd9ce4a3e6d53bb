// What each screen is called.
import type { Screen } from "./screens.ts";

export const TITLES: Readonly<Record<Screen, string>> = {
  "": "Overview",
  queues: "Queues",
  queue: "Queue",
  jobs: "Jobs",
  job: "Job",
  dead: "Dead",
  scheduled: "Scheduled",
  workers: "Workers",
  operations: "Operations",
  system: "System",
  settings: "Settings",
};
