// Opens the drawer from the head of every screen; seen by those who may.
import { Icon } from "../parts/icon.tsx";
import { useMay } from "../shell/me.ts";
import { openEnqueue } from "./enqueue-store.ts";

export function EnqueueButton() {
  const may = useMay();
  if (!may.change) return null;

  return (
    <button type="button" className="button small" onClick={() => openEnqueue()}>
      <Icon name="plus" /> Enqueue
    </button>
  );
}
