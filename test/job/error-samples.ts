// What really comes back from work that goes wrong, in the words of Node, Python, Java, Go, Ruby, PostgreSQL and clients of
// HTTP. Each list is one kind of error as it looks on different days; no two lists are of the same kind.

export interface Kind {
  readonly class: string;
  readonly messages: readonly string[];
}

const UUIDS = ["550e8400-e29b-41d4-a716-446655440000", "1B4E28BA-2FA1-11D2-883F-0016D3CCA427"];

const NODE: readonly Kind[] = [
  {
    class: "Error",
    messages: [
      "connect ECONNREFUSED 10.0.0.1:5432",
      "connect ECONNREFUSED 192.168.100.200:6379",
      "connect ECONNREFUSED ::1:5432",
      "connect ECONNREFUSED 2001:db8::ff00:42:8329",
    ],
  },
  { class: "Error", messages: ["connect ETIMEDOUT 10.0.0.1:5432", "connect ETIMEDOUT 10.0.0.2:1"] },
  {
    class: "Error",
    messages: ["getaddrinfo ENOTFOUND db-4.internal", "getaddrinfo ENOTFOUND db-17.internal"],
  },
  {
    class: "Error",
    messages: [
      "ENOENT: no such file or directory, open '/tmp/upload-17/a b.png'",
      "ENOENT: no such file or directory, open '/srv/O'Brien/x'",
    ],
  },
  {
    class: "TypeError",
    messages: [
      "Cannot read properties of undefined (reading 'name')",
      "Cannot read properties of undefined (reading 'id')",
    ],
  },
  {
    class: "SyntaxError",
    messages: ["Unexpected token < in JSON at position 0", "Unexpected token < in JSON at position 1204"],
  },
  { class: "Error", messages: ["Command failed with exit code 1", "Command failed with exit code 1"] },
  { class: "Error", messages: ["Command failed with exit code 137"] },
];

const HTTP: readonly Kind[] = [
  { class: "AxiosError", messages: ["Request failed with status code 404"] },
  { class: "AxiosError", messages: ["Request failed with status code 500"] },
  {
    class: "HTTPError",
    messages: [
      "404 Client Error: Not Found for url: https://api.example.com/v1/users/42?token=8f3",
      "404 Client Error: Not Found for url: https://api.example.com/v1/orders",
    ],
  },
  { class: "HTTPError", messages: ["404 Client Error: Not Found for url: https://hooks.example.org/x"] },
  {
    class: "FetchError",
    messages: [
      "request to http://10.0.0.1:8080/x failed, reason: socket hang up",
      "request to http://10.0.0.9:8080/y/z failed, reason: socket hang up",
    ],
  },
  { class: "", messages: ["HTTP/1.1 503 Service Unavailable"] },
  { class: "", messages: ["HTTP/1.1 429 Too Many Requests"] },
  {
    class: "CardError",
    messages: ["No such customer: cus_9s6XKzkNRiz8i3ab4", "No such customer: cus_4fdAW5ftNQow1aaa9"],
  },
];

const PYTHON: readonly Kind[] = [
  { class: "KeyError", messages: ["'user_id'", "'order_id'"] },
  { class: "ConnectionRefusedError", messages: ["[Errno 111] Connection refused"] },
  { class: "OSError", messages: ["[Errno 28] No space left on device"] },
  {
    class: "ConnectionError",
    messages: ["0x7f3c2a", "0x7fffe1b2c3"].map(
      (at) =>
        `HTTPSConnectionPool(host='api.example.com', port=443): Max retries exceeded with url: /v1/users (Caused by NewConnectionError('<urllib3.connection.HTTPSConnection object at ${at}>: Failed to establish a new connection'))`,
    ),
  },
  {
    class: "ValueError",
    messages: [
      "invalid literal for int() with base 10: 'a'",
      `invalid literal for int() with base 10: '1"2'`,
    ],
  },
  { class: "DoesNotExist", messages: UUIDS.map((id) => `User ${id} does not exist`) },
];

const JAVA: readonly Kind[] = [
  {
    class: "java.lang.IllegalStateException",
    messages: ["com.acme.Pool@1a2b3c4d is closed", "com.acme.Pool@2a139a5 is closed"],
  },
  {
    class: "java.net.SocketTimeoutException",
    messages: ["timeout after 30,000 ms", "timeout after 1.5 ms", "timeout after 1.5e-7 ms"],
  },
  {
    class: "java.io.IOException",
    messages: [
      "Server returned HTTP response code: 500 for URL: http://files/a/b.xml",
      "Server returned HTTP response code: 500 for URL: http://files/c.xml?v=2",
    ],
  },
  {
    class: "java.lang.IndexOutOfBoundsException",
    messages: ["Index -1 out of bounds for length 3", "Index 12 out of bounds for length 10"],
  },
];

const GO_AND_RUBY: readonly Kind[] = [
  {
    class: "*net.OpError",
    messages: ["dial tcp 10.0.0.1:5432: i/o timeout", "dial tcp [::1]:5432: i/o timeout"],
  },
  {
    class: "*net.OpError",
    messages: [
      "dial tcp 10.0.0.1:5432: connect: connection refused",
      "dial tcp 10.0.7.1:80: connect: connection refused",
    ],
  },
  {
    class: "*fs.PathError",
    messages: [
      "open /var/data/2026/01/02/x.json: permission denied",
      "open /home/jürgen/y: permission denied",
    ],
  },
  {
    class: "*url.Error",
    messages: [
      `Get "https://a.example/v1": context deadline exceeded`,
      `Get "https://b.example/": context deadline exceeded`,
    ],
  },
  {
    class: "NoMethodError",
    messages: [
      "undefined method `foo' for #<Job:0x000055d3>",
      "undefined method `bar' for #<Job:0x00007f12ab>",
    ],
  },
  { class: "NoMethodError", messages: ["undefined method `foo' for nil"] },
  {
    class: "",
    messages: [
      "Certificate expired at Mon, 02 Jan 2006 15:04:05 GMT",
      "Certificate expired at Sat, 14 Feb 2026 00:00:00 GMT",
    ],
  },
];

const POSTGRES: readonly Kind[] = [
  {
    class: "23505",
    messages: [
      `duplicate key value violates unique constraint "users_email_key"`,
      `duplicate key value violates unique constraint "a\\"b"`,
    ],
  },
  {
    class: "42P01",
    messages: [`relation "kunden" does not exist`, `relation "bestellungen" does not exist`],
  },
  {
    class: "40P01",
    messages: [
      "Process 41 waits for ShareLock on transaction 9; blocked by process 7.",
      "Process 9 waits for ShareLock on transaction 10; blocked by process 1234.",
    ],
  },
  {
    class: "22P02",
    messages: ["invalid input syntax for type integer: «x»", "invalid input syntax for type integer: «yy z»"],
  },
  {
    class: "PDOException",
    messages: ["SQLSTATE[23505]: Unique violation: 7 ERROR", "SQLSTATE[23505]: Unique violation: 9 ERROR"],
  },
  { class: "PDOException", messages: ["SQLSTATE[23503]: Unique violation: 7 ERROR"] },
];

const OURS: readonly Kind[] = [
  { class: "", messages: ["can't open 'a', it's locked", "can't open 'b c', it's locked"] },
  { class: "", messages: ["can't close 'a', it's locked"] },
  { class: "", messages: ["mail to ann+x@example.com bounced", "mail to bob@mail.example.co.uk bounced"] },
  {
    class: "",
    messages: [
      "expired at 2026-01-01T00:00:00.123Z",
      "expired at 2026-01-01 00:00:00+02:00",
      "expired at 2026/01/01",
    ],
  },
  { class: "", messages: ["C:\\Users\\ann\\x.txt is locked", "D:\\x\\y is locked", "/tmp/a/b is locked"] },
  {
    class: "",
    messages: ["object 01ARZ3NDEKTSV4RRFFQ69G5FAV is gone", "object 01BX5ZZKBKACTAV9WEVGEMMVRZ is gone"],
  },
  { class: "", messages: ["commit 1a2b3c4d5e is gone", "commit deadbeef01 is gone"] },
  { class: "TimeoutError", messages: ["it took too long"] },
  { class: "DeadlineError", messages: ["it took too long"] },
  { class: "", messages: ["deadbeef is a word"] },
  { class: "", messages: ["facade is a word"] },
  { class: "", messages: ["the same\nwith a second line", "the same\r\nwith another one", "\n\n  the same"] },
  {
    class: "",
    messages: [`${"x ".repeat(80)}7 and the rest of it`, `${"x ".repeat(80)}1234567 and the rest of it`],
  },
  { class: "", messages: ["Ten jobs", "Ten jobs  "] },
  { class: "", messages: ["ten jobs"] },
  { class: "", messages: ["ActiveRecord::RecordNotFound"] },
  { class: "", messages: ["Dead::Beef"] },
];

export const KINDS: readonly Kind[] = [
  ...NODE,
  ...HTTP,
  ...PYTHON,
  ...JAVA,
  ...GO_AND_RUBY,
  ...POSTGRES,
  ...OURS,
];

/** Lines made of one thing again and again: what pattern matching that looks ahead too far drowns in. */
export const HOSTILE: readonly string[] = [
  ...[
    "a",
    "1",
    "1a",
    '"',
    '\\"',
    "'",
    " 'a'a",
    "`",
    "/",
    "/a",
    "a.",
    "a@a.",
    "a-",
    "::",
    "1:",
    "a:1:",
    "://",
    "://a/",
  ],
  ...[
    "-",
    "1,",
    "1.1.1.",
    "0x",
    "«",
    "“",
    "1e",
    "<",
    "<n>",
    "http://a?",
    "status ",
    "12:34:56",
    "2026-01-01 ",
  ],
  ...[
    "mon jan 1 ",
    "550e8400-e29b-41d4-a716-",
    "\u001b[31m",
    "\u202eabc",
    "\u{1f600}",
    "\ud800",
    "\u0000",
    "$&",
    "$1",
  ],
];
