import type { DeepPartial } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { Entity } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { ServiceClient, UnaryOptions } from '@strongroom/grpc-kit';
import {
  type ContractMethod,
  operationOf,
  type RequestOf as MessageOf,
  type ResponseOf,
  type Service,
} from '@strongroom/methods';
import type { CallOptions, CallInvoker } from './call-invoker';
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

interface UnaryContract extends ContractMethod {
  readonly requestStream: false;
  readonly responseStream: false;
}
type CallOf<Name, Req, Res> = Name extends `list${string}` | `lookup${string}`
  ? (...args: Arguments<RequestOf<Req>, CallOptions>) => Listing<ItemOf<Res>, Res>
  : (...args: Arguments<RequestOf<Req>, CallOptions>) => Promise<Res>;

/**
 * The unary methods of a service: lists as Listings, others as promises. `Plain` has `{ request, response }` of each method that
 * has a more convenient form than the contract's.
 */
export type Calls<S extends Service, Plain extends object = object> = {
  [Name in keyof S['contract'] as S['contract'][Name] extends UnaryContract ? Name : never]: Plain extends {
    [K in Name]: { request: infer PlainReq; response: infer PlainRes };
  }
    ? (...args: Arguments<PlainReq, CallOptions>) => Promise<PlainRes>
    : CallOf<Name, MessageOf<S['contract'][Name]>, ResponseOf<S['contract'][Name]>>;
};

/** The parts from which a service's calls are built. */
export interface CallsOptions<S extends Service> {
  service: S;
  client: ServiceClient<S>;
  /** The generated module, which holds the messages. */
  messages: object;
  invoker: CallInvoker;
  /** Converts what the caller writes to the contract's form. */
  toContract?: (method: string, request: Record<string, unknown>) => Record<string, unknown>;
  fromContract?: (method: string, response: unknown) => unknown;
}

type Unary = (request: Record<string, unknown>, options: UnaryOptions) => Promise<unknown>;
interface Message {
  fromPartial(partial: object): Record<string, unknown>;
}

const isListing = (method: string): boolean => /^(list|lookup)[A-Z]/.test(method);

/** Uses ts-proto's names: the method `getSecretValue` takes the message `GetSecretValueRequest`. */
export const callsOf = <S extends Service, Plain extends object = object>(options: CallsOptions<S>): Calls<S, Plain> => {
  const { client, service, messages, invoker } = options;
  const { toContract = (_, request) => request, fromContract = (_, response) => response } = options;
  const calls: Record<string, unknown> = {};
  for (const [method, { path, requestStream, responseStream }] of Object.entries(service.contract)) {
    if (requestStream || responseStream) continue;
    const message = (messages as Record<string, Message>)[`${operationOf(path)}Request`]!;
    const unary = (client as unknown as Record<string, Unary>)[method]!;
    const call = async (request: Record<string, unknown> = {}, callOptions?: CallOptions): Promise<unknown> => {
      const sent = message.fromPartial(toContract(method, request));
      return fromContract(method, await invoker.unary(unary, sent, callOptions));
    };
    calls[method] = isListing(method) ? listing(message, call) : call;
  }
  return calls as Calls<S, Plain>;
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
