// Which component draws which screen. The overview comes with the page, the others when somebody first goes there.
import { type ComponentType, lazy } from "react";
import { OverviewScreen } from "../overview/overview-screen.tsx";
import type { Screen } from "./screens.ts";

export const VIEWS: Readonly<Record<Screen, ComponentType>> = {
  "": OverviewScreen,
  queues: lazily(() => import("../queues/queues-screen.tsx").then(({ QueuesScreen }) => QueuesScreen)),
  queue: lazily(() => import("../queues/queue-screen.tsx").then(({ QueueScreen }) => QueueScreen)),
  jobs: lazily(() => import("../jobs/jobs-screen.tsx").then(({ JobsScreen }) => JobsScreen)),
  job: lazily(() => import("../job/job-screen.tsx").then(({ JobScreen }) => JobScreen)),
  dead: lazily(() => import("../dead/dead-screen.tsx").then(({ DeadScreen }) => DeadScreen)),
  scheduled: lazily(() => import("../scheduled/scheduled-screen.tsx").then((file) => file.ScheduledScreen)),
  workers: lazily(() => import("../workers/workers-screen.tsx").then(({ WorkersScreen }) => WorkersScreen)),
  operations: lazily(() =>
    import("../operations/operations-screen.tsx").then((file) => file.OperationsScreen),
  ),
  system: lazily(() => import("../system/system-screen.tsx").then(({ SystemScreen }) => SystemScreen)),
  settings: lazily(() =>
    import("../settings/settings-screen.tsx").then(({ SettingsScreen }) => SettingsScreen),
  ),
};

function lazily(load: () => Promise<ComponentType>): ComponentType {
  return lazy(() => load().then((component) => ({ default: component })));
}
