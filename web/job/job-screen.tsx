// The screen Job.
import { ScreenHead } from "../parts/section.tsx";

export function JobScreen() {
  return <ScreenHead title="Job" />;
}
