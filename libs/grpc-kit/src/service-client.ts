import { Client, type ClientDuplexStream, type MethodDefinition } from '@grpc/grpc-js';
import {
  type ContractMethod,
  isIdempotent,
  type Method,
  type RequestOf,
  type ResponseOf,
  type Service,
} from '@strongroom/methods';
import { type CallOptions, callUnary, metadataOf } from './call-unary';
import { connect, type ConnectOptions } from './connect';
import { readStream, type StreamOptions } from './read-stream';

/** Whether a call is repeated, the table of its service says. */
export type UnaryOptions = Omit<CallOptions, 'idempotent'>;

type ClientMethod<M extends ContractMethod> = M['requestStream'] extends true
  ? (options?: Pick<StreamOptions, 'token'>) => ClientDuplexStream<RequestOf<M>, ResponseOf<M>>
  : M['responseStream'] extends true
    ? (request: RequestOf<M>, options?: StreamOptions) => AsyncGenerator<ResponseOf<M>, void, undefined>
    : (request: RequestOf<M>, options?: UnaryOptions) => Promise<ResponseOf<M>>;

/**
 * The methods of a service as functions. A unary call is a promise (`callUnary`), a server stream an iterable (`readStream`), and
 * both fail with the DomainError that the service sent. A bidirectional stream is grpc-js's own.
 */
export type ServiceClient<S extends Service> = {
  readonly [Name in keyof S['contract']]: ClientMethod<S['contract'][Name]>;
} & { close(): void };

/** What calls go through; `connect` makes it. */
export type Connection = Pick<Client, 'close' | 'makeBidiStreamRequest' | 'makeServerStreamRequest' | 'makeUnaryRequest'>;

/** A client over a connection of its own: see `connect`. */
export function connectTo<S extends Service>(service: S, options: ConnectOptions): ServiceClient<S> {
  return clientOf(service, connect(Client, options));
}

/** A client over this connection, which it closes. */
export function clientOf<S extends Service>(service: S, connection: Connection): ServiceClient<S> {
  const methods = Object.entries(service.contract).map(([name, contract]) => {
    const rules = service.methods[name]!;
    return [name, methodOf(connection, contract as unknown as MethodDefinition<unknown, unknown>, rules)];
  });
  return { ...Object.fromEntries(methods), close: () => connection.close() } as ServiceClient<S>;
}

function methodOf(connection: Connection, contract: MethodDefinition<unknown, unknown>, rules: Method) {
  const { path, requestSerialize, responseDeserialize, requestStream, responseStream } = contract;
  if (requestStream) {
    return (options: Pick<StreamOptions, 'token'> = {}) =>
      connection.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadataOf(options, { waitForReady: false }));
  }
  if (responseStream) {
    const stream: Parameters<typeof readStream>[0] = (...call) =>
      connection.makeServerStreamRequest(path, requestSerialize, responseDeserialize, ...call);
    return (request: unknown, options?: StreamOptions) => readStream(stream, request, options);
  }
  const unary: Parameters<typeof callUnary>[0] = (request, metadata, options, callback) =>
    connection.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, options, (error, response) =>
      callback(error, response),
    );
  return (request: unknown, options?: UnaryOptions) =>
    callUnary(unary, request, { ...options, idempotent: isIdempotent(rules, request) });
}
