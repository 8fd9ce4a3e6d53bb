// What a job carries, and what its worker handed back.
import type { ReactNode } from "react";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { textOfContent } from "../enqueue/content-text.ts";
import { formatBytes } from "../format/numbers.ts";
import { Section } from "../parts/section.tsx";
import { PayloadView } from "../payload/payload-view.tsx";
import { CopyButton } from "../text/copy.tsx";
import { Veiled } from "./veiled.tsx";

export function JobContent({ job }: { readonly job: Job }) {
  const { result } = job;
  return (
    <>
      {result && result.value.case !== undefined && (
        <Content title="Result" what="The result" content={result.value} />
      )}
      <Content title="Payload" what="The payload" content={job.payload} />
    </>
  );
}

interface ContentProps {
  readonly title: string;
  readonly what: string;
  readonly content: Job["payload"];
}

function Content({ title, what, content }: ContentProps) {
  const isEmpty = content.case === undefined || (content.case === "data" && content.value.length === 0);
  return (
    <div className="job-content">
      <Section title={title} aside={!isEmpty && <Aside what={what} content={content} />}>
        <div className="panel padded">
          {isEmpty ? <p className="quiet">Empty.</p> : <Shown what={what} content={content} />}
        </div>
      </Section>
    </div>
  );
}

function Aside({ what, content }: { readonly what: string; readonly content: Job["payload"] }): ReactNode {
  const { text, mode } = textOfContent(content);
  const form = mode === "base64" ? " as base64" : "";
  return (
    <>
      {content.case === "data" && <span className="quiet">{formatBytes(content.value.length)}</span>}
      <CopyButton text={text} label={`Copy ${what.toLowerCase()}${form}`} />
    </>
  );
}

function Shown({ what, content }: { readonly what: string; readonly content: Job["payload"] }) {
  return (
    <Veiled what={what}>
      <PayloadView payload={content} />
    </Veiled>
  );
}
