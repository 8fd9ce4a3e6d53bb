// What went wrong in an attempt, in the worker's words; the stack on request.
import { useState } from "react";
import type { JobError } from "../../src/gen/lakh/v1/job_pb.ts";
import { UserText } from "../text/text.tsx";

export function ErrorView({ error }: { readonly error: JobError }) {
  return (
    <div className="job-error">
      {error.class !== "" && (
        <strong className="mono">
          <UserText text={error.class} />
        </strong>
      )}
      {error.message !== "" && (
        <div className="job-error-message" tabIndex={error.message.length > LONG ? 0 : undefined}>
          <UserText text={error.message} lines="many" />
        </div>
      )}
      {error.stack !== "" && <Stack stack={error.stack} />}
    </div>
  );
}

/** Characters of a message that may need to be scrolled. */
const LONG = 300;

/** Fifty attempts may have a stack of 16 KiB each, so each is drawn when it is opened. */
function Stack({ stack }: { readonly stack: string }) {
  const [isOpen, open] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>Stack</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <pre className="stack" tabIndex={0}>
          <UserText text={stack} lines="many" />
        </pre>
      )}
    </details>
  );
}
