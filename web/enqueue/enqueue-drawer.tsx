// The drawer from which jobs are enqueued, on every screen. Key: `e`.
import { useKeys } from "../keys/keys.ts";
import { useMay } from "../shell/me.ts";
import { EnqueueForm } from "./enqueue-form.tsx";
import { openEnqueue, useEnqueueRequest } from "./enqueue-store.ts";
import "./enqueue.css";

/** Part of the page once; `openEnqueue` opens it. */
export function EnqueueDrawer() {
  const asked = useEnqueueRequest();
  const may = useMay();
  useKeys(may.change ? { e: { does: "enqueue a job", run: () => openEnqueue() } } : {});
  return asked ? <EnqueueForm key={asked.key} prefill={asked.prefill} /> : null;
}
