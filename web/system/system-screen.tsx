// The screen System.
import { ScreenHead } from "../parts/section.tsx";

export function SystemScreen() {
  return <ScreenHead title="System" />;
}
