// The drawer from which jobs are enqueued, on every screen. Key: `e`. It comes when it is opened first.
import { lazy, Suspense } from "react";
import { useKeys } from "../keys/keys.ts";
import { Boundary } from "../parts/boundary.tsx";
import { useMay } from "../shell/me.ts";
import { openEnqueue, useEnqueueRequest } from "./enqueue-store.ts";

const Form = lazy(() => import("./enqueue-form.tsx").then((file) => ({ default: file.EnqueueForm })));

/** Part of the page once; `openEnqueue` opens it. */
export function EnqueueDrawer() {
  const asked = useEnqueueRequest();
  const may = useMay();
  useKeys(may.change ? { e: { does: "enqueue a job", run: () => openEnqueue() } } : {});
  if (!asked) return null;

  return (
    <Boundary about={String(asked.key)}>
      <Suspense>
        <Form key={asked.key} prefill={asked.prefill} />
      </Suspense>
    </Boundary>
  );
}
