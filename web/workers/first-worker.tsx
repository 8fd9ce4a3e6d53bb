// Nobody works yet: how to begin, in five languages, with this server's address filled in. The page turns live when the
// first worker joins.
import { useState } from "react";
import { COPY_LANGUAGES, type CopyLanguage } from "../copy-as/copy-as.ts";
import { workerSnippet } from "../copy-as/worker-snippets.ts";
import { Empty } from "../parts/section.tsx";
import { Segments } from "../parts/segments.tsx";
import { SERVER_URL } from "../shell/router.tsx";
import { CopyButton } from "../text/copy.tsx";

export function FirstWorker({ name }: { readonly name: string | undefined }) {
  return (
    <div className="panel">
      <Empty title={name === undefined ? "No worker is connected" : "No worker offers this name"}>
        <p>Start one; it shows here as soon as it joins.</p>
        <WorkerSnippets name={name ?? "welcome"} />
      </Empty>
    </div>
  );
}

/** A worker for the name, to copy. */
export function WorkerSnippets({ name }: { readonly name: string }) {
  const [language, choose] = useState<CopyLanguage>("CLI");
  const text = workerSnippet(name, language, { serverUrl: SERVER_URL });
  return (
    <div className="snippets">
      <div className="row">
        <Segments
          label="Language"
          options={COPY_LANGUAGES.map((one) => [one, one] as const)}
          value={language}
          change={choose}
        />
        <CopyButton text={text} label="Copy" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre className="snippet" tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}
