// The state of the drawer: what is written, what is wrong with it, and what became of it.
import { create } from "@bufbuild/protobuf";
import { useMutation } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import type { JobSpec } from "../../src/gen/lakh/v1/job_pb.ts";
import {
  type EnqueuedJob,
  EnqueueRequestSchema,
  ProducerService,
} from "../../src/gen/lakh/v1/producer_pb.ts";
import { preferences } from "../settings/preferences.ts";
import { wordsOf } from "../shell/connection.tsx";
import { draft, keepDraft } from "./draft.ts";
import type { Wrong } from "./field-reader.ts";
import { type EnqueueForm, formOfSpec } from "./form.ts";
import { type FormReading, readForm } from "./form-reading.ts";
import { refusedField } from "./refused-field.ts";

export interface EnqueueState {
  readonly form: EnqueueForm;
  readonly change: (change: Partial<EnqueueForm>) => void;
  /** The spec as it stands a moment later than the form: a large payload does not hold up the typing. */
  readonly reading: FormReading;
  /** What is to be shown as wrong. */
  readonly wrong: Wrong;
  /** What went wrong that is of no field. */
  readonly failure: unknown;
  readonly answer: EnqueuedJob | undefined;
  readonly isSending: boolean;
  /** Grows whenever something is found wrong with what was to be sent. */
  readonly rejections: number;
  readonly send: () => void;
}

export function useEnqueueForm(prefill: Partial<JobSpec> | undefined): EnqueueState {
  const [form, setForm] = useState(() => (prefill ? formOfSpec(prefill, preferences().zone) : draft()));
  const [wasAsked, setAsked] = useState(false);
  const [rejections, setRejections] = useState(0);
  const reject = () => setRejections((before) => before + 1);
  const accept = (sent: EnqueueForm) => {
    // An id belongs to the job that was sent, and not to the next one.
    setForm({ ...sent, id: "" });
    setAsked(false);
  };
  const call = useCall({ accept, reject });
  const settled = useDeferredValue(form);
  const reading = useMemo(() => readForm(settled), [settled]);
  useEffect(() => keepDraft(form), [form]);
  const change = (part: Partial<EnqueueForm>) => {
    setForm((before) => ({ ...before, ...part }));
    call.reset();
  };
  const send = () => {
    const { spec, wrong } = readForm(form);
    setAsked(true);
    if (Object.keys(wrong).length > 0) reject();
    else if (!call.isPending) call.send(spec, form);
  };
  const refused = call.refused ? { [call.refused.field]: call.refused.bound } : {};
  const wrong = { ...(wasAsked ? reading.wrong : early(reading.wrong, form)), ...refused };
  const { failure, answer, isPending } = call;
  return { form, change, reading, wrong, failure, answer, isSending: isPending, rejections, send };
}

/** What is wrong with what was written, but not that something is missing still. */
function early(wrong: Wrong, { name }: EnqueueForm): Wrong {
  const said = Object.entries(wrong).filter(
    ([field, bound]) => bound !== "is required" && !(field === "name" && name === ""),
  );
  return Object.fromEntries(said);
}

interface Outcomes {
  readonly accept: (form: EnqueueForm) => void;
  readonly reject: () => void;
}

function useCall({ accept, reject }: Outcomes) {
  const queries = useQueryClient();
  const { mutate, reset, error, data, isPending } = useMutation(ProducerService.method.enqueue, {
    meta: { showsErrors: true },
    onSuccess: () => void queries.invalidateQueries(),
  });
  const refused = error ? refusedField(wordsOf(error)) : undefined;
  const send = (spec: JobSpec, form: EnqueueForm) =>
    mutate(create(EnqueueRequestSchema, { jobs: [spec] }), {
      onSuccess: () => accept(form),
      onError: reject,
    });
  return { send, reset, refused, failure: refused ? undefined : error, answer: data?.jobs[0], isPending };
}
