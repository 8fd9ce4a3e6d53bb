// A switch between a few views of the same.

export interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly options: readonly (readonly [Value, string])[];
  readonly value: Value;
  readonly change: (value: Value) => void;
}

export function Segments<Value extends string>({ label, options, value, change }: SegmentsProps<Value>) {
  return (
    <fieldset className="segments" aria-label={label}>
      {options.map(([option, text]) => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => change(option)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}
