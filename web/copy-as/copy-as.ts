// Stand-in.
export type CopyLanguage = "curl" | "CLI" | "TypeScript" | "Python" | "Go";
export const COPY_LANGUAGES: readonly CopyLanguage[] = ["curl", "CLI", "TypeScript", "Python", "Go"];
export function copyEnqueue(
  spec: { readonly name: string },
  _language: CopyLanguage,
  target: { readonly serverUrl: string },
): string {
  return `curl -s ${target.serverUrl}/lakh.v1.ProducerService/Enqueue -d '{"jobs":[{"name":"${spec.name}"}]}'`;
}
