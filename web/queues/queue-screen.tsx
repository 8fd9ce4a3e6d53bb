// The screen Queue.
import { ScreenHead } from "../parts/section.tsx";

export function QueueScreen() {
  return <ScreenHead title="Queue" />;
}
