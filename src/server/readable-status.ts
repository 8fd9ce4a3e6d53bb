// The message of a gRPC status as clients read it.

// gRPC has only what is not printable ASCII percent-encoded; connect encodes punctuation too, and clients that go by
// the letter, such as grpc-js, show "jobs[0].name%3A".
export function makeStatusReadable(trailer: Headers): void {
  const message = trailer.get("grpc-message");
  if (message !== null) trailer.set("grpc-message", encodeURI(decodeURIComponent(message)));
}
