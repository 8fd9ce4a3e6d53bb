// The screen Dead.
import { ScreenHead } from "../parts/section.tsx";

export function DeadScreen() {
  return <ScreenHead title="Dead" />;
}
