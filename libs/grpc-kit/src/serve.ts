import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { MethodDefinition, Server, ServiceDefinition, UntypedHandleCall } from '@grpc/grpc-js';
import type { MethodRuntime } from './active-call';
import { answerBidiStream, answerServerStream } from './answer-stream';
import { answerUnary } from './answer-unary';
import type { Door } from './door';
import type { Handler } from './handler';
import { Quota } from '@strongroom/fairness';
import type { Relay } from './relay';
import type { ServedService } from './server-options';
import type { ServerRuntime } from './server-runtime';

export type Rule = MethodRuntime['rule'];
type Method = MethodDefinition<never, never>;

export interface ServeOptions {
  ruleOf: (method: Method) => Rule;
  /** Takes the methods that may be relayed. */
  relay?: Relay;
  around: MethodRuntime['around'];
}

const untouched = (bytes: Buffer): Buffer => bytes;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const readUtf8 = (bytes: Uint8Array): string => utf8.decode(bytes);

/**
 * ts-proto's `decode` takes bytes or a reader of its own. If it is given bytes, it replaces what is not UTF-8 by U+FFFD, and a
 * secret would be stored other than it was sent. With this reader it throws.
 */
const strictly =
  (deserialize: Method['requestDeserialize']) =>
  (bytes: Buffer): never =>
    deserialize(new BinaryReader(bytes, readUtf8) as unknown as Buffer);

/** Adds the methods of one service to the server, each behind the wrapper of its kind. */
export function serve(
  server: Server,
  door: Door,
  runtime: ServerRuntime,
  { definition, handlers }: ServedService,
  { ruleOf, relay, around }: ServeOptions,
): void {
  const rawDefinition: Record<string, unknown> = {};
  const implementation: Record<string, UntypedHandleCall> = {};
  for (const [name, method] of Object.entries(definition as unknown as Record<string, Method>)) {
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (handler === undefined) throw new Error(`there is no handler for ${method.path}`);
    if (handler.kind !== kindOf(method)) throw new Error(`the handler for ${method.path} must be of kind ${kindOf(method)}`);
    const rule = ruleOf(method);
    const { streamsOfMethod, streamsOfCaller, strangersWatches } = runtime.bounds;
    const total = rule.maxStreamsOfAll ?? (rule.callers === 'anyone' ? strangersWatches : streamsOfMethod);
    const rpc: MethodRuntime = {
      path: method.path,
      kind: handler.kind,
      streams: new Quota({ total, each: streamsOfCaller }),
      operation: method.path.slice(method.path.lastIndexOf('/') + 1),
      rule,
      timer: runtime.metrics.serverCallTimer(method.path),
      around,
      decode: strictly(method.requestDeserialize),
      encode: method.responseSerialize,
    };
    rawDefinition[name] = { ...method, requestDeserialize: untouched, responseSerialize: untouched };
    implementation[name] = answerOf(door, handler);
    door.add(rpc);
    if (handler.kind === 'unary') relay?.add(rpc, handler);
  }
  for (const name of Object.keys(handlers)) {
    if (!Object.hasOwn(implementation, name)) throw new Error(`the handler ${name} belongs to no method of its service`);
  }
  server.addService(rawDefinition as ServiceDefinition, implementation);
}

function answerOf(door: Door, handler: Handler): UntypedHandleCall {
  if (handler.kind === 'unary') return answerUnary(door, handler);
  if (handler.kind === 'server-stream') return answerServerStream(door, handler);
  return answerBidiStream(door, handler);
}

function kindOf({ path, requestStream, responseStream }: Method): Handler['kind'] {
  if (requestStream && responseStream) return 'bidi-stream';
  if (requestStream) throw new Error(`${path} is a client stream, of which there are none`);
  return responseStream ? 'server-stream' : 'unary';
}
