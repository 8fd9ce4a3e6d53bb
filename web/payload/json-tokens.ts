// Stand-in.
const TOKEN =
  /\s*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

export class JsonFault extends SyntaxError {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

export function parseJson(text: string): void {
  TOKEN.lastIndex = 0;
  let end = 0;
  while (end < text.length) {
    TOKEN.lastIndex = end;
    const found = TOKEN.exec(text);
    if (!found) {
      if (text.slice(end).trim() === "") break;
      throw new JsonFault(end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0), "unexpected character");
    }
    end = TOKEN.lastIndex;
  }
  try {
    JSON.parse(text);
  } catch {
    throw new JsonFault(text.length, "not JSON");
  }
}
