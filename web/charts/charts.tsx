// How it went over time, in all or for one name.
export function Charts(_: { readonly name?: string }) {
  return null;
}
