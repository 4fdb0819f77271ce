export type { CallContext, Peer } from './call-context';
export { closeAnswered } from './close-answered';
export { connect, DEAD_PEER_MS, targetOf, type ConnectOptions } from './connect';
export { callUnary, type CallOptions, type UnaryMethod } from './call-unary';
export { readDuplex, type StreamOptions } from './read-stream';
export { RelayClient } from './relay-client';
export { connectTo, type ServiceClient, type UnaryOptions } from './service-client';
export { codeName, fromStatus, statusCodeOf, toStatus, type CallStatus } from './error-status';
export {
  bidiStream,
  serverStream,
  unary,
  type BidiStreamHandler,
  type Handler,
  type ServerStreamHandler,
  type UnaryHandler,
} from './handler';
export { createServer } from './server';
export { served, type HandlersOf, type Served } from './served';
export type { Around, Credential, RunningServer, ServedService, ServerOptions, UnidentifiedCall } from './server-options';
export { serviceName, uriName } from './subject-alternative-name';
export type { ClientTlsFiles, TlsFiles, TlsMaterial } from './tls';
