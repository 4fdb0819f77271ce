import * as contract from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { identityService, tokenService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import { type Calls, callsOf, type EntityName } from './calls';

/** Users, groups, roles, policies, access keys, certificates. */
export type IdentityCalls = Calls<typeof identityService>;
/** Temporary credentials. */
export type TokenCalls = Calls<
  typeof tokenService,
  {
    /** One session by its access key id, or every session of a user or role that began before now. */
    revokeSessions: {
      request: { accessKeyId: string } | { target: EntityName };
      response: contract.RevokeSessionsResponse;
    };
  }
>;

export const identityCalls = (client: ServiceClient<typeof identityService>, invoker: CallInvoker): IdentityCalls =>
  callsOf({
    client,
    service: identityService,
    messages: contract,
    invoker,
    toContract: withTarget,
  });

export const tokenCalls = (client: ServiceClient<typeof tokenService>, invoker: CallInvoker): TokenCalls =>
  callsOf({
    client,
    service: tokenService,
    messages: contract,
    invoker,
    toContract: tokenRequest,
  });

/** The contract's oneof for a name that was given as a field. */
const oneof = (fields: object) => {
  const [field] = Object.entries(fields).filter(([, value]) => value !== undefined);
  return field && { $case: field[0], value: field[1] as unknown };
};

const withTarget = (_method: string, request: Record<string, unknown>): Record<string, unknown> =>
  request['target'] === undefined ? request : { ...request, target: { entity: oneof(request['target']!) } };

const tokenRequest = (method: string, request: Record<string, unknown>): Record<string, unknown> =>
  method === 'revokeSessions' ? { sessions: oneof(withTarget(method, request)) } : request;
