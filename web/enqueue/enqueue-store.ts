// Stand-in.
export function openEnqueue(_prefill?: { readonly name?: string }): void {}
