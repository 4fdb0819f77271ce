import * as contract from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { Caller } from './caller';
import { type Calls, callsOf, type EntityName, isRead } from './calls';

/** Users, groups, roles, policies, access keys, certificates. */
export type IdentityCalls = Calls<contract.IdentityServiceClient>;
/** Temporary credentials. */
export type TokenCalls = Calls<
  contract.TokenServiceClient,
  {
    /** One session by its access key id, or every session of a user or role that began before now. */
    revokeSessions: {
      request: { accessKeyId: string } | { target: EntityName };
      response: contract.RevokeSessionsResponse;
    };
  }
>;

export const identityCalls = (client: contract.IdentityServiceClient, caller: Caller): IdentityCalls =>
  callsOf({
    client,
    service: contract.IdentityServiceService,
    messages: contract,
    caller,
    isIdempotent: isRead,
    toContract: withTarget,
  });

export const tokenCalls = (client: contract.TokenServiceClient, caller: Caller): TokenCalls =>
  callsOf({
    client,
    service: contract.TokenServiceService,
    messages: contract,
    caller,
    isIdempotent: isRead,
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
