// What can stand before the body of a call: methods, paths, and headers of every kind, right and wrong.
import type { Dialect } from "./dialects.ts";
import type { RawCall } from "./sight.ts";

type Headers = RawCall["headers"];

const type = (value: string): Headers => [["content-type", value]];

/** In the place of the dialect's own. */
export const CONTENT_TYPES: Readonly<Record<string, Headers>> = {
  none: [],
  ...Object.fromEntries(
    [
      "application/grpc",
      "application/grpc+proto",
      "application/grpc+json",
      "application/grpc+thrift",
      "application/grpc; charset=utf-8",
      "application/grpc;x=y",
      "application/grpc-web",
      "application/grpc-web+proto",
      "application/grpc-web+json",
      "application/grpc-web-text",
      "application/grpc-web-text+proto",
      "application/grpc-webby",
      "application/proto",
      "application/proto; charset=utf-8",
      "application/json",
      "application/json; charset=utf-8",
      "application/json;charset=UTF-8",
      "application/json;charset=latin1",
      "application/json ;charset=utf-8",
      "application/jsonp",
      "application/connect+proto",
      "application/connect+json",
      "APPLICATION/JSON",
      "Application/Grpc",
      "APPLICATION/PROTO",
      "APPLICATION/GRPC-WEB",
      "text/plain",
      "text/json",
      "application/octet-stream",
      "application/x-protobuf",
      "multipart/form-data; boundary=x",
      "json",
      "*/*",
      "",
    ].map((value) => [JSON.stringify(value), type(value)]),
  ),
};

/** Beside the dialect's own headers. */
export const HEADERS: Readonly<Record<string, Headers>> = {
  "version 1 of Connect": [["connect-protocol-version", "1"]],
  "version 2 of Connect": [["connect-protocol-version", "2"]],
  "no version of Connect": [["connect-protocol-version", ""]],
  metadata: [
    ["x-word", "one"],
    ["X-Word", "two"],
    ["x-data-bin", "AAEC/w"],
    ["x-data-bin", "AAEC/w=="],
    ["x-empty", ""],
    ["job_names", "a;b"],
  ],
  "letters beyond ASCII": [["x-word", "gr\u00fcn"]],
  cookies: [
    ["cookie", "a=1"],
    ["cookie", "b=2"],
  ],
  "a head of 8 KiB": [["x-long", "y".repeat(8_000)]],
  "50 headers": Array.from({ length: 50 }, (_, i) => [`x-${i}`, String(i)] as const),
  "an id of the request": [
    ["request-id", "mine"],
    ["x-request-id", "mine"],
  ],
  "who calls": [
    ["user-agent", "curl/8"],
    ["origin", "http://elsewhere"],
    ["authorization", "Bearer x"],
    ["accept", "text/html"],
    ["x-forwarded-for", "1.2.3.4"],
    ["x-forwarded-host", "elsewhere"],
  ],
  "a status and trailers, as if it were an answer": [
    ["grpc-status", "5"],
    ["grpc-message", "no"],
    ["trailer-x", "y"],
  ],
};

/** As above, for HTTP/1.1 only. */
export const HTTP1_HEADERS: Readonly<Record<string, Headers>> = {
  "connection: close": [["connection", "close"]],
  "connection: keep-alive": [["connection", "keep-alive"]],
  "an upgrade to HTTP/2": [
    ["connection", "upgrade, http2-settings"],
    ["upgrade", "h2c"],
    ["http2-settings", "AAMAAABkAAQAAP__"],
  ],
  "expect: 100-continue": [["expect", "100-continue"]],
  "expect: something else": [["expect", "200-ok"]],
  "no host": [["host", ""]],
  "a host that is none": [["host", "a b"]],
  "a host with half an address": [["host", "[::1"]],
  "a host with a port": [["host", "lakh.example:8080"]],
  "a host with a user": [["host", "me:you@lakh"]],
  "a host with a path": [["host", "lakh/x?y#z"]],
  "te: gzip": [["te", "gzip"]],
  "a content type twice": [["content-type", "text/plain"]],
  "a deadline twice": [
    ["grpc-timeout", "5S"],
    ["grpc-timeout", "6S"],
    ["connect-timeout-ms", "5000"],
    ["connect-timeout-ms", "6000"],
  ],
  "an encoding twice": [
    ["grpc-encoding", "identity"],
    ["grpc-encoding", "identity"],
    ["content-encoding", "identity"],
    ["content-encoding", "identity"],
  ],
  "a trailer announced": [["trailer", "x-end"]],
};

/** As above, for HTTP/2 only. */
export const HTTP2_HEADERS: Readonly<Record<string, Headers>> = {
  "a length": [["content-length", "0"]],
  "a length that is none": [["content-length", "many"]],
  "an authority that is none": [[":authority", "a b"]],
  "an authority with half an address": [[":authority", "[::1"]],
  "an authority with a user": [[":authority", "me:you@lakh"]],
  "an authority and a host": [["host", "elsewhere"]],
  "a scheme of its own": [[":scheme", "ftp"]],
  "expect: 100-continue": [["expect", "100-continue"]],
};

/** Deadlines that end no call that answers at once. */
export function longDeadlines({ timeout }: Dialect): readonly string[] {
  return timeout === "grpc-timeout"
    ? ["1M", "1H", "99999999S", "2147483647m", "99999999n", "12345678u", "00000001H"]
    : ["60000", "2147483647", "0000060000"];
}

/** Deadlines that are none, or longer than may be. */
export function wrongDeadlines({ timeout }: Dialect): readonly string[] {
  const grpc = [
    "99999999H",
    "123456789m",
    "soon",
    "",
    "5",
    "m",
    "5x",
    "+5m",
    "-5m",
    "5 m",
    "1.5S",
    "0x5m",
    "5M5M",
  ];
  const connect = [
    "2147483648",
    "9999999999",
    "99999999999",
    "-1",
    "1.5",
    "soon",
    "",
    "5s",
    "1e3",
    "+5",
    "0x5",
  ];
  return timeout === "grpc-timeout" ? grpc : connect;
}

/** Deadlines that have passed before anything happens. */
export function pastDeadlines({ timeout }: Dialect): readonly string[] {
  return timeout === "grpc-timeout" ? ["0m", "0n", "0H", "00000000S"] : ["0", "0000000000"];
}

/** Deadlines that pass while a handler waits. */
export function shortDeadlines({ timeout }: Dialect): readonly string[] {
  return timeout === "grpc-timeout" ? ["20m", "20000u", "1n"] : ["20", "1"];
}

const ENQUEUE = "/lakh.v1.ProducerService/Enqueue";

/** In the place of a path that is right. */
export const PATHS: Readonly<Record<string, string>> = {
  "a query": `${ENQUEUE}?a=b&c`,
  "a query as of a GET": `${ENQUEUE}?connect=v1&encoding=json&message=%7B%7D&timeout=1`,
  "a query that is no UTF-8": `${ENQUEUE}?a=%ff%zz`,
  "a query with signs": `${ENQUEUE}?a=<b>|"'{}\\^\``,
  "an empty query": `${ENQUEUE}?`,
  "a slash at its end": `${ENQUEUE}/`,
  "a slash too many": `/${ENQUEUE}`,
  "small letters": ENQUEUE.toLowerCase(),
  "a letter in percent": ENQUEUE.replace("Enq", "%45nq"),
  "a slash in percent": ENQUEUE.replace("/Enq", "%2FEnq"),
  "a percent that is none": `${ENQUEUE}%zz`,
  "dots to go through": `/x/../lakh.v1.ProducerService/./Enqueue`,
  "no such method": "/lakh.v1.ProducerService/Dequeue",
  "no such service": "/lakh.v1.NoService/Enqueue",
  "a method without code": "/lakh.v1.ProducerService/CancelJobs",
  "a stream": "/lakh.v1.ProducerService/WatchJob",
  "a stream of both": "/lakh.v1.ProducerService/EnqueueStream",
  "nothing but a slash": "/",
  "a star": "*",
  "a whole address": `http://elsewhere${ENQUEUE}`,
};

const GET_JOB = "/lakh.v1.ProducerService/GetJob";

/** Connect's GET: of an rpc without side effects, and of one with. */
export const GETS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "?encoding=json&message=%7B%22id%22%3A%22a%22%7D",
    "?connect=v1&encoding=json&message=%7B%22id%22%3A%22a%22%7D",
    "?connect=v1&encoding=json&base64=1&message=eyJpZCI6ImEifQ",
    "?connect=v1&encoding=proto&base64=1&message=CgFh",
    "?connect=v1&encoding=proto&message=%0A%01a",
    "?connect=v1&encoding=json&message=%7B%22id%22%3A%22%22%7D",
    "?connect=v1&encoding=json&message=%7B",
    "?connect=v1&encoding=json",
    "?connect=v1&encoding=json&message=%7B%7D&compression=br",
    "?connect=v2&encoding=json&message=%7B%7D",
    "?connect=v1&encoding=xml&message=%7B%7D",
    "?message=%7B%7D",
    "",
  ].flatMap((query) => [
    [`GetJob${query}`, `${GET_JOB}${query}`],
    [`Enqueue${query}`, `${ENQUEUE}${query}`],
  ]),
);
