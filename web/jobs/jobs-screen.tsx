// The screen Jobs.
import { ScreenHead } from "../parts/section.tsx";

export function JobsScreen() {
  return <ScreenHead title="Jobs" />;
}
