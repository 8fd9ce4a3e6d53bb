// A producer and a worker in one program: `npx node examples/typescript/welcome.ts` beside a running server.
import { Producer, Worker } from "../../src/client/client.ts";

const worker = new Worker({
  capacity: 10,
  handlers: {
    welcome: async (job, { signal, progress }) => {
      progress(0.5, "writing the letter");
      const response = await Promise.resolve({ greeted: job.json }); // give `signal` to what can be cancelled
      return signal.aborted ? undefined : response;
    },
  },
});
process.once("SIGTERM", () => worker.close());
const running = worker.run();

const producer = new Producer();
const { id } = await producer.enqueue({ name: "welcome", json: { user: 42 } });
for await (const job of producer.watch(id)) console.log(job.state, job.result?.json);
await producer.close();
await worker.close();
await running;
