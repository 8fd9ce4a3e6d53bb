// A field of the drawer: its name, the field itself, and below it what is wrong or what it means.
import { createContext, type ReactNode, useContext, useId } from "react";
import type { Wrong } from "./field-reader.ts";

/** What is wrong, of the fields that may say so by now. */
export const WrongContext = createContext<Wrong>({});

export interface ControlProps {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean | undefined;
  readonly "data-field": string;
}

export interface FieldProps {
  readonly label: ReactNode;
  /** As the contract calls it. */
  readonly field: string;
  readonly hint?: ReactNode;
  /** Beside the label: a switch. */
  readonly aside?: ReactNode;
  readonly control: (props: ControlProps) => ReactNode;
}

export function Field({ label, field, hint, aside, control }: FieldProps) {
  const id = useId();
  const wrong = useContext(WrongContext)[field];
  const isWrong = wrong !== undefined;
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      {control({
        id,
        "aria-describedby": isWrong || hint !== undefined ? `${id}-below` : undefined,
        "aria-invalid": isWrong || undefined,
        "data-field": field,
      })}
      {isWrong ? (
        <span className="wrong" id={`${id}-below`} role="alert">
          {wrong}
        </span>
      ) : (
        hint !== undefined && (
          <span className="hint" id={`${id}-below`}>
            {hint}
          </span>
        )
      )}
    </div>
  );
}

export interface TextFieldProps extends Omit<FieldProps, "control"> {
  readonly value: string;
  readonly change: (value: string) => void;
  readonly placeholder?: string;
  readonly isMono?: boolean;
  /** Has the focus when the drawer opens. */
  readonly isFirst?: boolean;
  readonly kind?: "text" | "instant";
  /** Id of a datalist. */
  readonly list?: string;
}

export function TextField({
  value,
  change,
  placeholder,
  isMono,
  isFirst,
  kind = "text",
  list,
  ...rest
}: TextFieldProps) {
  return (
    <Field
      {...rest}
      control={(props) => (
        <input
          {...props}
          {...(isFirst && { "data-first": true })}
          className={isMono ? "input mono" : "input"}
          {...(kind === "instant" ? { type: "datetime-local", step: "0.001" } : { type: "text" })}
          {...(list !== undefined && { list })}
          placeholder={placeholder}
          value={value}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={({ target }) => change(target.value)}
        />
      )}
    />
  );
}
