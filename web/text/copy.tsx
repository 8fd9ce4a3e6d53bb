// Stand-in.
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <button type="button" className="button small" onClick={() => navigator.clipboard?.writeText(text)}>
      {label}
    </button>
  );
}
