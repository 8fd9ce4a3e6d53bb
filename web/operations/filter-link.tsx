// The jobs of an operation: its filter as text, leading to those that match it now.
import type { Operation } from "../../src/gen/lakh/v1/operation_pb.ts";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { textOf } from "./operation-words.ts";

export function FilterLink({ operation }: { readonly operation: Operation }) {
  const text = textOf(operation);
  return (
    <Link screen="jobs" params={{ q: text === "" ? undefined : text }} className="operation-filter">
      {text === "" ? (
        "every job"
      ) : (
        <code>
          <UserText text={text} />
        </code>
      )}
    </Link>
  );
}
