// A throwaway certificate for "localhost" and 127.0.0.1, valid for a hundred years. Its key is public: tests only.
import { readFileSync } from "node:fs";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

export const testTls = { key: read("key.pem"), cert: read("cert.pem") };
