// Stand-in.
export function workerSnippet(
  name: string,
  _language: string,
  { serverUrl }: { readonly serverUrl: string },
): string {
  return `lakh work ${name} --exec 'cat' --server ${serverUrl}`;
}
