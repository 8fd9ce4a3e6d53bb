// Stand-in.
export type CopyLanguage = "curl" | "CLI" | "TypeScript" | "Python" | "Go";
export const COPY_LANGUAGES: readonly CopyLanguage[] = ["curl", "CLI", "TypeScript", "Python", "Go"];
