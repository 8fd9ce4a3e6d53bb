// The other anchor: an echo by grpc-js, the server that a program in Node would most likely have. Bytes in, the same bytes
// out, without any message being decoded.
import { Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";

const asItIs = (bytes: Buffer) => bytes;
const service: ServiceDefinition = {
  echo: {
    path: "/bench.Echo/Echo",
    requestStream: false,
    responseStream: false,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
    responseSerialize: asItIs,
    responseDeserialize: asItIs,
  },
};

const server = new Server();
server.addService(service, {
  echo(call: { request: Buffer }, answer: (error: null, bytes: Buffer) => void) {
    answer(null, call.request);
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
