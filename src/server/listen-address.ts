// Where the server listens: reads "host:port", ":port" and "port", and knows which addresses stay on this machine.
import { BlockList, isIP } from "node:net";
import { Complaint } from "./complaint.ts";

/** One address to bind. */
export interface ListenAddress {
  /** An IP address without brackets, or a host name. Never "localhost", which Node binds to one family only. */
  readonly host: string;
  /** 0 to 65535; 0 lets the system choose. */
  readonly port: number;
  /**
   * False for the second address of a short form ("50051", ":50051", "localhost:50051"):
   * a machine without IPv6 serves all the same. When the address is "::", bind it for IPv6 only.
   */
  readonly required: boolean;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const howTo =
  'Write "host:port" ("127.0.0.1:50051", "[::1]:50051"), ":port" for every address, or "port" for loopback.';

/** Reads one address; short forms stand for one address of each IP family. @throws {Complaint} */
export function parseListenAddress(text: string): readonly ListenAddress[] {
  const { host, port: digits } =
    /^(?:(?<host>\[[^\]]*\]|[^:[\]]*):)?(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (digits === undefined) throw new Complaint(`"${text}" is no address`, howTo);
  const port = Number(digits);
  if (port > 65_535) throw new Complaint(`port ${digits} is over 65535`, howTo);

  if (host === undefined || host === "localhost") return bothFamilies(["127.0.0.1", "::1"], port);
  if (host === "") return bothFamilies(["0.0.0.0", "::"], port);
  return [{ host: bareHost(host), port, required: true }];
}

/** Whether only this machine can reach the address. A host name is taken for one that others can reach. */
export function isLoopback(address: ListenAddress): boolean {
  const family = isIP(address.host);
  if (family === 0) return false;
  return loopback.check(address.host, family === 4 ? "ipv4" : "ipv6");
}

/** As people write it: `127.0.0.1:50051`, `[::1]:50051`. */
export function showListenAddress(address: ListenAddress): string {
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}

function bareHost(host: string): string {
  if (!host.startsWith("[")) return host;

  const bare = host.slice(1, -1);
  if (isIP(bare) !== 6) throw new Complaint(`"${host}" is no IPv6 address`, howTo);
  return bare;
}

function bothFamilies(hosts: readonly [string, string], port: number): readonly ListenAddress[] {
  return [
    { host: hosts[0], port, required: true },
    { host: hosts[1], port, required: false },
  ];
}
