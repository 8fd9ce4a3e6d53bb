// Which job somebody is about to enqueue.

export function openEnqueue(): void {}
