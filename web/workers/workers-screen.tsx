// The screen Workers.
import { ScreenHead } from "../parts/section.tsx";

export function WorkersScreen() {
  return <ScreenHead title="Workers" />;
}
