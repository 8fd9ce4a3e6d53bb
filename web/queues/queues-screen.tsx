// The screen Queues.
import { ScreenHead } from "../parts/section.tsx";

export function QueuesScreen() {
  return <ScreenHead title="Queues" />;
}
