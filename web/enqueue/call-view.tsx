// An enqueue call in the language of the reader's choice, to be copied and run.
import { useMemo, useState } from "react";
import type { JobSpec } from "../../src/gen/lakh/v1/job_pb.ts";
import { COPY_LANGUAGES, type CopyLanguage, copyEnqueue } from "../copy-as/copy-as.ts";
import { Segments } from "../parts/segments.tsx";
import { SERVER_URL } from "../shell/router.tsx";
import { CopyButton } from "../text/copy.tsx";
import { UserText } from "../text/text.tsx";

/** Characters that are shown; what is copied is whole. */
const SHOWN_MAX = 20_000;
const OPTIONS = COPY_LANGUAGES.map((language) => [language, language] as const);
let chosen: CopyLanguage = COPY_LANGUAGES[0] ?? "curl";

export function CallView({ spec }: { readonly spec: JobSpec }) {
  const [language, setLanguage] = useState(chosen);
  const text = useMemo(() => copyEnqueue(spec, language, { serverUrl: SERVER_URL }), [spec, language]);
  const change = (next: CopyLanguage) => {
    chosen = next;
    setLanguage(next);
  };
  return (
    <div className="call">
      <div className="row">
        <Segments label="Language" options={OPTIONS} value={language} change={change} />
        <CopyButton text={text} label={`Copy as ${language}`} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre className="snippet call-text" tabIndex={0}>
        <UserText text={text} lines="many" max={SHOWN_MAX} />
      </pre>
      {text.length > SHOWN_MAX && <p className="quiet">Too long to be shown in full. The copy is whole.</p>}
    </div>
  );
}
