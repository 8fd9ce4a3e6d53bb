// The icons, drawn by hand: 14 px, strokes of 1.5 px. Those of states tell the state without colour.

const PATHS = {
  scheduled: "M7 1.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M7 4v3l2 1.5",
  retrying: "M2 7a5 5 0 0 1 8.7-3.4L12 5M12 2v3H9M12 7a5 5 0 0 1-8.7 3.4L2 9M2 12V9h3",
  ready: "M7 2a5 5 0 1 1 0 10a5 5 0 0 1 0-10",
  reserved: "M7 2a5 5 0 1 1 0 10a5 5 0 0 1 0-10M7 4.5v5M5.5 4.9v4.2M4.2 5.8v2.4",
  succeeded: "M2.5 7.5l3 3l6-7",
  dead: "M3 3l8 8M11 3l-8 8",
  cancelled: "M7 2a5 5 0 1 1 0 10a5 5 0 0 1 0-10M3.5 10.5l7-7",
  pause: "M4.5 2.5v9M9.5 2.5v9",
  resume: "M4 2.5l7 4.5l-7 4.5z",
  plus: "M7 2v10M2 7h10",
  close: "M3 3l8 8M11 3l-8 8",
  search: "M6 1.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9M9.5 9.5l3 3",
  warning: "M7 1.8l5.7 10.2H1.3zM7 5.5v3M7 10.2v.1",
  next: "M5 2.5l4.5 4.5l-4.5 4.5",
  down: "M2.5 5l4.5 4.5l4.5-4.5",
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: whatever it says is said in words beside it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      aria-hidden="true"
      width="14"
      height="14"
      viewBox="0 0 14 14"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
