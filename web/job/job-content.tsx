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
  return (
    <div className="job-content">
      <Section title={title}>
        <Veiled what={what}>
          <div className="panel">
            <PayloadView payload={content} label={title} />
          </div>
        </Veiled>
      </Section>
    </div>
  );
}
