// The job's name, with the names that are known.
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useId } from "react";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { TextField } from "./field.tsx";
import type { EnqueueForm } from "./form.ts";

const NAMES_SHOWN = 20;

export interface FieldsProps {
  readonly form: EnqueueForm;
  readonly change: (change: Partial<EnqueueForm>) => void;
}

export function NameField({ form, change }: FieldsProps) {
  const listId = useId();
  const { data } = useQuery(
    AdminService.method.listQueues,
    { pageSize: NAMES_SHOWN, namePrefix: form.name },
    { placeholderData: keepPreviousData, retry: false },
  );
  return (
    <>
      <TextField
        label="Name"
        field="name"
        isMono
        isFirst
        placeholder="mail.welcome"
        value={form.name}
        list={listId}
        change={(name) => change({ name })}
      />
      <datalist id={listId}>
        {data?.queues.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
