// What a job carries, and what its worker handed back.
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { Section } from "../parts/section.tsx";
import { PayloadView } from "../payload/payload-view.tsx";
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
      <Section title={title}>
        <div className="panel">
          {isEmpty ? <p className="quiet">Empty.</p> : <Shown {...{ title, what, content }} />}
        </div>
      </Section>
    </div>
  );
}

function Shown({ title, what, content }: ContentProps) {
  return (
    <Veiled what={what}>
      <PayloadView payload={content} label={title} />
    </Veiled>
  );
}
