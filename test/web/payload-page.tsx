// A page with nothing on it but what shows texts and payloads, for a test to steer by the global `stage`.
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import "../../web/styles/tokens.css";
import "../../web/styles/base.css";
import "../../web/styles/boxes.css";
import "../../web/styles/controls.css";
import { PayloadView } from "../../web/payload/payload-view.tsx";
import { UserText } from "../../web/text/text.tsx";

/** What a test may do. Texts come as UTF-16 units, since a lone surrogate does not survive the way into the browser. */
export interface Stage {
  showBytes(base64: string): void;
  showTexts(texts: readonly (readonly number[])[]): void;
}

const root = createRoot(document.getElementById("page") as HTMLElement);
let shown = 0;

const stage: Stage = {
  showBytes(base64) {
    const value = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const view = <PayloadView key={shown++} payload={{ case: "data", value }} />;
    flushSync(() => root.render(<section className="panel">{view}</section>));
  },
  showTexts(texts) {
    flushSync(() => root.render(texts.map((units, i) => <Shown key={String(i)} units={units} />)));
  },
};

function Shown({ units }: { readonly units: readonly number[] }) {
  const text = units.map((unit) => String.fromCharCode(unit)).join("");
  return (
    <div className="panel shown">
      <UserText text={text} />
      <UserText text={text} max={40} />
      <div>
        <UserText text={text} lines="many" />
      </div>
    </div>
  );
}

Object.assign(globalThis, { stage });
