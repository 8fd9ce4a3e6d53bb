// Which component draws which screen.
import type { ComponentType } from "react";
import { DeadScreen } from "../dead/dead-screen.tsx";
import { JobScreen } from "../job/job-screen.tsx";
import { JobsScreen } from "../jobs/jobs-screen.tsx";
import { OperationsScreen } from "../operations/operations-screen.tsx";
import { OverviewScreen } from "../overview/overview-screen.tsx";
import { QueueScreen } from "../queues/queue-screen.tsx";
import { QueuesScreen } from "../queues/queues-screen.tsx";
import { ScheduledScreen } from "../scheduled/scheduled-screen.tsx";
import { SettingsScreen } from "../settings/settings-screen.tsx";
import { SystemScreen } from "../system/system-screen.tsx";
import { WorkersScreen } from "../workers/workers-screen.tsx";
import type { Screen } from "./screens.ts";

export const VIEWS: Readonly<Record<Screen, ComponentType>> = {
  "": OverviewScreen,
  queues: QueuesScreen,
  queue: QueueScreen,
  jobs: JobsScreen,
  job: JobScreen,
  dead: DeadScreen,
  scheduled: ScheduledScreen,
  workers: WorkersScreen,
  operations: OperationsScreen,
  system: SystemScreen,
  settings: SettingsScreen,
};
