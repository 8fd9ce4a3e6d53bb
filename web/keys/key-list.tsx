// Every key that works now, on `?`.
import { useState } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { keysInForce, useKeys } from "./keys.ts";
import "./keys.css";

export function KeyList() {
  const [shown, show] = useState<readonly (readonly [string, string])[]>();
  useKeys({ "?": { does: "list the keys", run: () => show(keysInForce()) } });
  if (!shown) return null;

  return (
    <Dialog title="Keys" close={() => show(undefined)}>
      <dl className="keys">
        {[...shown, ["Ctrl K", "go anywhere, do anything"] as const].map(([key, does]) => (
          <div key={key}>
            <dt>
              {key.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
