// The screen Overview.
import { ScreenHead } from "../parts/section.tsx";

export function OverviewScreen() {
  return <ScreenHead title="Overview" />;
}
