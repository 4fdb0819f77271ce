import { invalidCredential, type Authorizer, type Caller, type PrincipalSource } from '@strongroom/access';
import type { Clock } from '@strongroom/clock';
import type { CallContext } from '@strongroom/grpc-kit';
import type { Logger } from '@strongroom/telemetry';
import type { CatchUp } from '../domain/catch-up';
import type { CutStore } from '../domain/checkpoint.port';
import type { Checkpoints } from '../domain/checkpoints';
import type { TrailTree } from '../domain/trail-tree';
import type { TrailReader, TrailStore } from '../domain/trail.port';
import type { TrailVerifier } from '../domain/verification';
import type { VerificationTokens } from '../domain/verification-token';
import type { VerificationTurns } from '../domain/verification-turns';

export interface Dependencies {
  reader: TrailReader & Pick<TrailStore, 'heads'>;
  catchUp: CatchUp;
  verifier: TrailVerifier;
  turns: VerificationTurns;
  tokens: VerificationTokens;
  tree: TrailTree;
  cuts: CutStore;
  checkpoints: Checkpoints;
  access: Authorizer;
  principals: PrincipalSource;
  clock: Clock;
  logger: Logger;
}

export type TrailCall = CallContext<Caller>;

/** The caller's own trail, the only one that is ever shown. Throws AccessDeniedException. */
export const requireAccess = (access: Authorizer, call: TrailCall, action: `cloudtrail:${string}`): string => {
  const { accountId } = call.caller;
  access.require(call, { action, resource: '*', resourceAccountId: accountId });
  return accountId;
};

/** For an open stream: throws once the caller may not continue. */
export const requireStill = async (
  { access, principals }: Pick<Dependencies, 'access' | 'principals'>,
  call: TrailCall,
  action: `cloudtrail:${string}`,
): Promise<void> => {
  const caller = await principals.byCredentialId(call.caller.credentialId);
  if (!caller) throw invalidCredential();
  requireAccess(access, { ...call, caller }, action);
};
