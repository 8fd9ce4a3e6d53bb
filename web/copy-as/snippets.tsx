// The same in five languages, one at a time, to copy.
import { useState } from "react";
import { Segments } from "../parts/segments.tsx";
import { CopyButton } from "../text/copy.tsx";
import { COPY_LANGUAGES, type CopyLanguage } from "./copy-as.ts";

export interface SnippetsProps {
  /** What the choice of languages is called. */
  readonly label: string;
  readonly first: CopyLanguage;
  readonly textOf: (language: CopyLanguage) => string;
}

const OPTIONS = COPY_LANGUAGES.map((language) => [language, language] as const);

export function Snippets({ label, first, textOf }: SnippetsProps) {
  const [language, choose] = useState(first);
  const text = textOf(language);
  return (
    <div className="snippets">
      <div className="row">
        <Segments label={label} options={OPTIONS} value={language} change={choose} />
        <CopyButton text={text} label="Copy" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <pre className="snippet" tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}
