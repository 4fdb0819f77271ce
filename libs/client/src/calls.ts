import type { DeepPartial } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { Entity } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { UnaryMethod } from '@strongroom/grpc-kit';
import type { CallOptions, Caller } from './caller';
import { Listing } from './listing';

/** Fields that a request must have, where the contract has them as a plain string. */
type Required =
  | 'secretId'
  | 'name'
  | 'roleName'
  | 'groupName'
  | 'policyName'
  | 'policyArn'
  | 'policyDocument'
  | 'uri'
  | 'keyId'
  | 'aliasName'
  | 'runId'
  | 'functionName';

type RequiredOf<Req> = { [K in keyof Req]: K extends Required ? (string extends Req[K] ? K : never) : never }[keyof Req];

/** A request as callers write it: fields with defaults are optional, and numbers may be used where the contract has 64 bits. */
export type RequestOf<Req> = DeepPartial<Omit<Req, RequiredOf<Req> | 'target'>> &
  Pick<Req, RequiredOf<Req>> &
  (Req extends { target: Entity | undefined } ? { target: EntityName } : unknown);

/** The user, group or role that a request is about. */
export type EntityName = { userName: string } | { groupName: string } | { roleName: string };

type ItemOf<Page> = { [K in keyof Page]: Page[K] extends (infer Item)[] ? Item : never }[keyof Page];

type Arguments<Req, Options> = object extends Req ? [request?: Req, options?: Options] : [request: Req, options?: Options];

/**
 * The unary methods of a generated client: lists as Listings, others as promises. `Plain` has `{ request, response }` of each
 * method that has a more convenient form than the contract's.
 */
export type Calls<Client, Plain extends object = object> = {
  [
    M in keyof Client as Client[M] extends UnaryMethod<infer _Req, infer _Res>
      ? M extends 'makeUnaryRequest'
        ? never
        : M
      : never
  ]: Client[M] extends UnaryMethod<infer Req, infer Res>
    ? Plain extends { [K in M]: { request: infer PlainReq; response: infer PlainRes } }
      ? (...args: Arguments<PlainReq, CallOptions>) => Promise<PlainRes>
      : M extends `list${string}` | `lookup${string}`
        ? (...args: Arguments<RequestOf<Req>, CallOptions>) => Listing<ItemOf<Res>, Res>
        : (...args: Arguments<RequestOf<Req>, CallOptions>) => Promise<Res>
    : never;
};

/** The parts from which a service's calls are built. */
export interface CallsOptions {
  /** The generated client. */
  client: object;
  /** ts-proto's description of the service, such as `SecretsServiceService`. */
  service: object;
  /** The generated module, which holds the messages. */
  messages: object;
  caller: Caller;
  /** Whether the call can be repeated; `request` is the contract's own. */
  isIdempotent: (method: string, request: Record<string, unknown>) => boolean;
  /** Converts what the caller writes to the contract's form. */
  toContract?: (method: string, request: Record<string, unknown>) => Record<string, unknown>;
  fromContract?: (method: string, response: unknown) => unknown;
}

interface MethodDefinition {
  path: string;
  requestStream: boolean;
  responseStream: boolean;
}
interface Message {
  fromPartial(partial: object): Record<string, unknown>;
}

/** A read changes nothing, so it can be repeated. GetSessionToken is not a read: it creates a session. */
export const isRead = (method: string): boolean =>
  /^(get|batchGet|list|lookup|describe|verify|validate)[A-Z]/.test(method) && method !== 'getSessionToken';

const isListing = (method: string): boolean => /^(list|lookup)[A-Z]/.test(method);

/** Uses ts-proto's names: the method `getSecretValue` takes the message `GetSecretValueRequest`. */
export const callsOf = <C>(options: CallsOptions): C => {
  const { client, service, messages, caller, isIdempotent } = options;
  const { toContract = (_, request) => request, fromContract = (_, response) => response } = options;
  const calls: Record<string, unknown> = {};
  for (const [method, { path, requestStream, responseStream }] of Object.entries(service as Record<string, MethodDefinition>)) {
    if (requestStream || responseStream) continue;
    const message = (messages as Record<string, Message>)[`${path.slice(path.lastIndexOf('/') + 1)}Request`]!;
    const unary = (client as Record<string, UnaryMethod<object, object>>)[method]!.bind(client);
    const call = async (request: Record<string, unknown> = {}, callOptions?: CallOptions): Promise<unknown> => {
      const sent = message.fromPartial(toContract(method, request));
      return fromContract(method, await caller.unary(unary, sent, isIdempotent(method, sent), callOptions));
    };
    calls[method] = isListing(method) ? listing(message, call) : call;
  }
  return calls as C;
};

type Page = Record<string, unknown>;

/** Pages are requested with `nextToken` or, in KMS and IAM, with `marker`. */
const listing = (message: Message, call: (request: Page, options?: CallOptions) => Promise<unknown>) => {
  const tokenField = 'nextToken' in message.fromPartial({}) ? 'nextToken' : 'marker';
  return (request: Page = {}, options?: CallOptions) =>
    new Listing<unknown, Page>(
      (token) => call(token === undefined ? request : { ...request, [tokenField]: token }, options) as Promise<Page>,
      (page) => Object.values(page).find((field) => Array.isArray(field)) as unknown[],
      (page) => (page['nextToken'] ?? page['nextMarker'] ?? page['marker']) as string | undefined,
    );
};
