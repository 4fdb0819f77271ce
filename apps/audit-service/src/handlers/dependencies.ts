import type { Authorizer, Caller, PrincipalSource } from '@strongroom/access';
import type { CallContext } from '@strongroom/grpc-kit';
import type { TrailReader } from '../domain/trail.port';
import type { TrailVerifier } from '../domain/verification';

export interface Dependencies {
  reader: TrailReader;
  verifier: TrailVerifier;
  access: Authorizer;
  principals: PrincipalSource;
}

export type TrailCall = CallContext<Caller>;

/** The caller's own trail, the only one that is ever shown. Throws AccessDeniedException. */
export const requireAccess = (access: Authorizer, call: TrailCall, action: `cloudtrail:${string}`): string => {
  const { accountId } = call.caller;
  access.require(call, { action, resource: '*', resourceAccountId: accountId });
  return accountId;
};
