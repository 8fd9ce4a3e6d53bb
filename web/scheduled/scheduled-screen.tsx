// The screen Scheduled.
import { ScreenHead } from "../parts/section.tsx";

export function ScheduledScreen() {
  return <ScreenHead title="Scheduled" />;
}
