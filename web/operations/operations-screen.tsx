// The screen Operations.
import { ScreenHead } from "../parts/section.tsx";

export function OperationsScreen() {
  return <ScreenHead title="Operations" />;
}
