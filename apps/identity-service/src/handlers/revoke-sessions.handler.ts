import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { RevokeSessionsRequest, RevokeSessionsResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { checkAccessKeyId } from '../domain/field-rules';
import { noSuchEntity, validationError } from '../domain/iam-errors';
import { revokeSession, revokeSessionsOf } from '../domain/sessions';
import type { Change, Session } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import type { IamCall } from './iam-access';
import { requireIdentity, targetOf, writeOf } from './iam-call';

const ACTION = 'sts:RevokeSessions';

export const revokeSessions = (d: Dependencies) =>
  unary<RevokeSessionsRequest, RevokeSessionsResponse, Caller>(async ({ sessions }, call) => {
    if (sessions === undefined) throw validationError('sessions must name a session or a target.');
    const target = sessions.$case === 'target' ? targetOf(sessions.value, ['user', 'role']) : undefined;
    if (sessions.$case === 'accessKeyId') checkAccessKeyId(sessions.value);
    const revoked = await d.store.change(writeOf(call), async (change) => {
      if (sessions.$case === 'accessKeyId') return revokeOne(d, call, change, sessions.value);
      const identity = await requireIdentity(d, call, change, ACTION, target!, { lock: 'change' });
      return revokeSessionsOf(change, identity.id, d.clock.now());
    });
    return { revoked };
  });

async function revokeOne(d: Dependencies, call: IamCall, change: Change, accessKeyId: string): Promise<number> {
  auditOf(call).parameter('accessKeyId', accessKeyId);
  const found = await change.sessions.find(accessKeyId, 'change');
  const session = found?.accountId === call.caller.accountId ? found : undefined;
  if (!isOwn(call.caller, accessKeyId, session)) {
    const identity = session && (await change.identities.byId(session.identityId));
    d.access.requireOnHolder(call, ACTION, `session ${accessKeyId}`, identity);
  }
  if (!session) throw noSuchEntity(`The session ${accessKeyId} cannot be found.`);
  return revokeSession(change, session, d.clock.now());
}

/**
 * A user may revoke all of the user's own sessions from any of them. The sessions of a role belong to different people, so a
 * caller may revoke only its own.
 */
const isOwn = (caller: Caller, accessKeyId: string, session: Session | undefined): boolean =>
  accessKeyId === caller.accessKeyId || (caller.kind === 'user' && session?.identityId === caller.userId);
