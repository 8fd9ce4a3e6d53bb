// Nobody works yet: how to begin, in five languages, with this server's address filled in. The page turns live when the
// first worker joins.
import type { CopyLanguage } from "../copy-as/copy-as.ts";
import { Snippets } from "../copy-as/snippets.tsx";
import { workerSnippet } from "../copy-as/worker-snippets.ts";
import { Empty } from "../parts/section.tsx";
import { SERVER_URL } from "../shell/router.tsx";

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
  const textOf = (language: CopyLanguage) => workerSnippet(name, language, { serverUrl: SERVER_URL });
  return <Snippets label="Language" first="CLI" textOf={textOf} />;
}
