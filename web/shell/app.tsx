// The frame around every screen: the rail, the head, and the screen that the address names.
import { Suspense, useEffect } from "react";
import { BulkDialog } from "../bulk/bulk-dialog.tsx";
import { EnqueueDrawer } from "../enqueue/enqueue-drawer.tsx";
import { KeyList } from "../keys/key-list.tsx";
import { useKeys } from "../keys/keys.ts";
import { Palette } from "../keys/palette.tsx";
import { useLiveStatus } from "../live/use-live.tsx";
import { Boundary } from "../parts/boundary.tsx";
import { Notices } from "../parts/notice.tsx";
import { Empty, Waiting } from "../parts/section.tsx";
import { changePreferences } from "../settings/preferences.ts";
import { Head, StaleBanner } from "./head.tsx";
import { Rail } from "./rail.tsx";
import { go, Link, usePlace } from "./router.tsx";
import type { Screen } from "./screens.ts";
import { TITLES } from "./titles.ts";
import { VIEWS } from "./views.tsx";

export function App() {
  const { screen } = usePlace();
  const { isStale } = useLiveStatus();
  useTitle(screen);
  useGoKeys();
  return (
    <>
      <a className="button skip" href="#content">
        Skip to the content
      </a>
      <div className="shell">
        <Rail screen={screen} />
        <div>
          <Head />
          <StaleBanner />
          <main id="content" className={isStale ? "content stale" : "content"} tabIndex={-1}>
            <View screen={screen} />
          </main>
        </div>
      </div>
      <BulkDialog />
      <Palette />
      <KeyList />
      <EnqueueDrawer />
      <Notices />
    </>
  );
}

function View({ screen }: { readonly screen: Screen | undefined }) {
  if (screen !== undefined) {
    const Chosen = VIEWS[screen];
    return (
      <Boundary about={screen}>
        <Suspense fallback={<Waiting />}>
          <Chosen />
        </Suspense>
      </Boundary>
    );
  }
  return (
    <Empty title="There is nothing at this address">
      <Link screen="" className="button">
        Go to the overview
      </Link>
    </Empty>
  );
}

function useTitle(screen: Screen | undefined): void {
  useEffect(() => {
    document.title = `${screen === undefined ? "Not found" : TITLES[screen]} - Lakh`;
  }, [screen]);
}

function useGoKeys(): void {
  useKeys({
    "g o": { does: "go to the overview", run: () => go("") },
    "g q": { does: "go to the queues", run: () => go("queues") },
    "g j": { does: "go to the jobs", run: () => go("jobs") },
    "g d": { does: "go to the dead jobs", run: () => go("dead") },
    "g s": { does: "go to the scheduled jobs", run: () => go("scheduled") },
    "g w": { does: "go to the workers", run: () => go("workers") },
    t: { does: "light or dark", run: turnTheme },
    "/": { does: "filter jobs", run: () => focusFilter() },
  });
}

/** Into the filter of this screen, or, where there is none, that of the jobs. */
function focusFilter(): void {
  const input = document.querySelector<HTMLInputElement>("[data-filter]");
  if (input) input.focus();
  else go("jobs", { focus: "filter" });
}

function turnTheme(): void {
  const isDark = document.documentElement.dataset.theme === "dark";
  changePreferences({ theme: isDark ? "light" : "dark" });
}
