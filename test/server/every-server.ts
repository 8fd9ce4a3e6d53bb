// What every server that a test of this process opens has in common. stock-rpc.ts changes it, so that a test file can run
// another one's tests on the other path: it imports first that, and then the tests.

export const EVERY_SERVER = {
  /** Whether connect's own handlers answer every call, unless a test says otherwise. */
  stockRpc: false,
};
