// Every bound of the wire, in one table: what a peer may send, how long it may take, how much it may hold.
// Fastify hands none of its own timeouts to a server that it did not make, so what is not set here is not set.
import type { ServerOptions as Http1Options } from "node:http";
import type { ServerOptions as Http2Options } from "node:http2";
import type { ConnectRouterOptions } from "@connectrpc/connect";
import { compressionGzip } from "@connectrpc/connect-node";

const KiB = 1024;
const MiB = 1024 * KiB;

/** The bounds of one port. Spans are milliseconds, sizes are bytes unless the name says otherwise. */
export interface PortLimits {
  /** For showing the protocol: three bytes are enough. Beyond it the socket is destroyed. Node has no such bound. */
  readonly sniffTimeoutMs: number;
  /** For the TLS handshake; beyond it the socket is destroyed. Node allows 120 s. */
  readonly handshakeTimeoutMs: number;
  /** For closing the server; beyond it what is still open is destroyed. Must exceed the grace given to open streams. */
  readonly closeTimeoutMs: number;

  /** For receiving the headers of an HTTP/1.1 request; beyond it 408. */
  readonly headersTimeoutMs: number;
  /** For receiving an HTTP/1.1 request whole, client streams included; beyond it 408. Response streams are not bounded. */
  readonly requestTimeoutMs: number;
  /** How often the two timeouts above are looked at. */
  readonly timeoutCheckMs: number;
  /** How long an idle HTTP/1.1 connection is kept. Longer than the 60 s of usual proxies, so that they close first. */
  readonly keepAliveTimeoutMs: number;
  /** All headers of one HTTP/1.1 request; beyond it 431. */
  readonly http1HeaderBytesMax: number;

  /** All headers of one HTTP/2 request; beyond it the stream is reset, once the client knows of the bound. */
  readonly http2HeaderBytesMax: number;
  /** How many headers one HTTP/2 request may have; beyond it the stream is reset. */
  readonly http2HeaderPairsMax: number;
  /** Open streams of one HTTP/2 session; further ones wait in the client. */
  readonly streamsMax: number;
  /** Memory of one HTTP/2 session in megabytes; beyond it new streams are refused with ENHANCE_YOUR_CALM. */
  readonly sessionMegabytesMax: number;
  /** Streams that a client may reset at once (CVE-2023-44487); beyond it the session ends. */
  readonly resetBurstMax: number;
  /** Streams that a client may reset per second in the long run; beyond it the session ends. */
  readonly resetsPerSecondMax: number;
  /** Invalid frames, refused streams, settings and unanswered PINGs of one session; beyond each the session ends. */
  readonly invalidFramesMax: number;
  readonly rejectedStreamsMax: number;
  readonly settingsMax: number;
  readonly outstandingPingsMax: number;
  /** What a client may send ahead on one stream. Node's 64 KiB is about 3 MB/s at a round trip of 20 ms. */
  readonly streamWindowBytes: number;
  /** What a client may send ahead on all streams of one session together. */
  readonly connectionWindowBytes: number;
  /** How often each HTTP/2 peer is asked for a sign of life. */
  readonly pingIntervalMs: number;
  /** How long that sign may take; beyond it the socket is destroyed. */
  readonly pingTimeoutMs: number;
  /** How long a session without streams is kept; beyond it GOAWAY. PINGs do not count as use. */
  readonly sessionIdleMs: number;
  /** How long a peer that was sent away and has no stream left may keep its connection; beyond it the socket is destroyed. */
  readonly goodbyeTimeoutMs: number;

  /** One message, received (decompressed) or sent; beyond it RESOURCE_EXHAUSTED. Stock gRPC clients refuse larger ones. */
  readonly messageBytesMax: number;
  /** Messages from this size on are compressed, if the client can read that. */
  readonly compressedBytesMin: number;
  /** The longest deadline a client may set; beyond it INVALID_ARGUMENT. Node's timers fire at once above 2^31-1. */
  readonly deadlineMsMax: number;
}

/** The bounds that hold unless a deployment or a test says otherwise. */
export const portLimits: PortLimits = {
  sniffTimeoutMs: 5_000,
  handshakeTimeoutMs: 5_000,
  closeTimeoutMs: 20_000,

  headersTimeoutMs: 10_000,
  requestTimeoutMs: 300_000,
  timeoutCheckMs: 5_000,
  keepAliveTimeoutMs: 72_000,
  http1HeaderBytesMax: 16 * KiB,

  http2HeaderBytesMax: 16 * KiB,
  http2HeaderPairsMax: 64,
  streamsMax: 256,
  sessionMegabytesMax: 64,
  resetBurstMax: 1_000,
  resetsPerSecondMax: 100,
  invalidFramesMax: 100,
  rejectedStreamsMax: 100,
  settingsMax: 32,
  outstandingPingsMax: 10,
  streamWindowBytes: MiB,
  connectionWindowBytes: 4 * MiB,
  pingIntervalMs: 30_000,
  pingTimeoutMs: 10_000,
  sessionIdleMs: 300_000,
  goodbyeTimeoutMs: 2_000,

  messageBytesMax: 4 * MiB,
  compressedBytesMin: 4 * KiB,
  deadlineMsMax: 2 ** 31 - 1,
};

/** The HTTP/1.1 part of the table in Node's words. */
export function http1Options(limits: PortLimits): Http1Options {
  return {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    maxHeaderSize: limits.http1HeaderBytesMax,
  };
}

/** The HTTP/2 part of the table in Node's words. */
export function http2Options(limits: PortLimits): Http2Options {
  return {
    settings: {
      maxConcurrentStreams: limits.streamsMax,
      maxHeaderListSize: limits.http2HeaderBytesMax,
      initialWindowSize: limits.streamWindowBytes,
      enablePush: false,
    },
    maxSessionMemory: limits.sessionMegabytesMax,
    maxHeaderListPairs: limits.http2HeaderPairsMax,
    maxSettings: limits.settingsMax,
    maxOutstandingPings: limits.outstandingPingsMax,
    maxSessionInvalidFrames: limits.invalidFramesMax,
    maxSessionRejectedStreams: limits.rejectedStreamsMax,
    streamResetBurst: limits.resetBurstMax,
    streamResetRate: limits.resetsPerSecondMax,
  };
}

/** The RPC part of the table in connect's words. */
export function rpcOptions(limits: PortLimits): ConnectRouterOptions {
  return {
    readMaxBytes: limits.messageBytesMax,
    writeMaxBytes: limits.messageBytesMax,
    acceptCompression: [compressionGzip],
    compressMinBytes: limits.compressedBytesMin,
    maxTimeoutMs: limits.deadlineMsMax,
  };
}
