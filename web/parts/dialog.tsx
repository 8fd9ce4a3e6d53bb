// Dialogs and drawers, on the browser's own <dialog>: it holds the focus, closes by Escape, and gives the focus back.
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Icon } from "./icon.tsx";

export interface DialogProps {
  readonly title: ReactNode;
  /** In the middle, or at the side as a drawer. */
  readonly place?: "middle" | "side";
  readonly close: () => void;
  readonly children: ReactNode;
  /** Buttons below. */
  readonly foot?: ReactNode;
}

/** Open as long as it is rendered. What has `data-first` has the focus first; else the browser chooses. */
export function Dialog({ title, place = "middle", close, children, foot }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const opened = dialog.current;
    const before = document.activeElement;
    opened?.showModal();
    opened?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      opened?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={place}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onPointerDown={(event) =>
        event.target === dialog.current && isOutside(event, dialog.current) && close()
      }
    >
      <div className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="button bare icon-only" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <div className="dialog-body">{children}</div>
      {foot && <div className="dialog-foot">{foot}</div>}
    </dialog>
  );
}

function isOutside({ clientX, clientY }: { clientX: number; clientY: number }, dialog: HTMLElement): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
