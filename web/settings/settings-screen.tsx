// The screen Settings.
import { ScreenHead } from "../parts/section.tsx";

export function SettingsScreen() {
  return <ScreenHead title="Settings" />;
}
