// The boxes of which every screen is made.
import type { ReactNode } from "react";
import { wordsOf } from "../shell/connection.tsx";
import { Icon } from "./icon.tsx";

/** The head of a screen: its name, and what can be done there. */
export function ScreenHead({
  title,
  children,
}: {
  readonly title: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className="screen-head">
      <h1>{title}</h1>
      <span className="gap" />
      {children}
    </div>
  );
}

export interface SectionProps {
  readonly title: ReactNode;
  /** Beside the title: switches, links. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, aside, children }: SectionProps) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        <span className="gap" />
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Nothing to show, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** A call that failed: what, why, and a way to try again. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  return (
    <div className="failure" role="alert">
      <span className="state" data-state="dead">
        <Icon name="warning" /> That did not work
      </span>
      <p>{wordsOf(error)}</p>
      {retry && (
        <button type="button" className="button small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** While the first answer is on its way. */
export function Waiting() {
  return (
    <p className="quiet" role="status">
      Loading …
    </p>
  );
}
