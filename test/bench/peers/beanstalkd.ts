// beanstalkd, spoken to over bare sockets: with a log that is synced at each write, and in memory.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { startProgram, versionOf } from "./programs.ts";
import { CALLERS, freePort, type Load, measurePeer } from "./rounds.ts";

const BODY = "x".repeat(100);
const PUT = `put 0 0 60 ${BODY.length}\r\n${BODY}\r\n`;
/** Commands on their way at once. */
const PIPELINED = 500;
const SETTINGS = [
  { durability: "binlog, fsync at each write (-f0)", survives: "a power cut" },
  { durability: "memory", survives: "nothing" },
] as const;

export async function measureBeanstalkd(load: Load, directory: string): Promise<void> {
  const version = versionOf("beanstalkd", "-v", "beanstalkd");
  for (const { durability, survives } of SETTINGS) {
    const port = await freePort();
    const log = survives === "nothing" ? [] : ["-b", directory, "-f0"];
    await using program = await startProgram(
      "beanstalkd",
      ["-l", "127.0.0.1", "-p", `${port}`, ...log],
      port,
    );
    const lines = await Promise.all(Array.from({ length: CALLERS }, () => openLine(program.port)));
    const [line] = lines;
    if (!line) throw new Error("no connection");

    const idle = [...lines];
    await measurePeer(
      {
        name: `beanstalkd ${version}`,
        durability,
        survives,
        async addOne() {
          const own = idle.pop();
          if (!own) throw new Error("more callers than connections");
          await own.ask(PUT, 1);
          idle.push(own);
        },
        addBulk: (count) => line.ask(PUT.repeat(count), count),
        drain: (jobs) => drain(line, jobs),
      },
      load,
    );
    for (const one of lines) one.close();
  }
}

/** Reserves the next and deletes the last in one go, as many as are best. */
async function drain(line: Line, jobs: number): Promise<void> {
  let held: string[] = [];
  let left = jobs;
  while (left > 0 || held.length > 0) {
    const next = Math.min(left, PIPELINED);
    const commands = held.map((id) => `delete ${id}\r\n`).join("") + "reserve\r\n".repeat(next);
    const answers = await line.ask(commands, held.length + next);
    held = answers.slice(held.length).map((answer) => answer.slice(9, answer.indexOf(" ", 9)));
    left -= next;
  }
}

interface Line {
  /** Sends commands; resolves with as many answers, in their order. */
  ask(commands: string, answers: number): Promise<string[]>;
  close(): void;
}

async function openLine(port: number): Promise<Line> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  return {
    ask(commands, answers) {
      const heard = hear(socket, answers);
      socket.write(commands);
      return heard;
    },
    close: () => socket.destroy(),
  };
}

function hear(socket: Socket, answers: number): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const heard: string[] = [];
  let left = "";
  const take = (chunk: Buffer) => {
    left += chunk.toString("latin1");
    let at = 0;
    for (let end = answerEnd(left, at); end > 0; end = answerEnd(left, at)) {
      const answer = left.slice(at, end);
      if (!/^(INSERTED|RESERVED|DELETED)/.test(answer)) reject(new Error(answer));
      heard.push(answer);
      at = end;
    }
    left = left.slice(at);
    if (heard.length >= answers) resolve(heard);
  };
  socket.on("data", take);
  return promise.finally(() => socket.off("data", take));
}

/** Where the answer that begins here ends, its body included; 0 when it is not whole yet. */
function answerEnd(text: string, at: number): number {
  const lineEnd = text.indexOf("\r\n", at);
  if (lineEnd < 0) return 0;
  if (text[at] !== "R") return lineEnd + 2;

  const bytes = Number(text.slice(text.lastIndexOf(" ", lineEnd) + 1, lineEnd));
  const end = lineEnd + 2 + bytes + 2;
  return text.length >= end ? end : 0;
}
