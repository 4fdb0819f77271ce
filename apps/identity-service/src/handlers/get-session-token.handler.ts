import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { accessDenied } from '@strongroom/errors';
import { identityNumbers } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { checkDuration } from '../domain/field-rules';
import { originOf } from '../domain/session-origin';
import { beginSession } from '../domain/sessions';
import type { Dependencies } from './dependencies';
import { identifiedCaller } from './identify-caller';
import { beginningOf, writeOf } from './iam-call';
import { secondFactorOf } from './second-factor';

const DURATION = { ...identityNumbers.sessionTokenDuration, default: 43_200 };

/** Anyone may call it, because it turns an access key into a session. `identify-caller.ts` has found out who the caller is. */
export const getSessionToken = (d: Dependencies) =>
  unary<GetSessionTokenRequest, GetSessionTokenResponse, Caller | undefined>(async (request, call) => {
    const audit = auditOf(call);
    const caller = identifiedCaller(call);
    audit.caller(caller);
    audit.account(caller.accountId);
    if (request.accessKey) audit.parameter('accessKeyId', request.accessKey.accessKeyId);
    const duration = checkDuration(request.durationSeconds, DURATION, 'duration_seconds');
    if (caller.kind !== 'user' || caller.credentialId.startsWith('session:')) {
      throw accessDenied('Cannot call GetSessionToken with session credentials');
    }
    // Users need no policy for it; only an explicit deny counts.
    const { peer, userAgent } = call;
    const check = { action: 'sts:GetSessionToken', resource: '*', resourceAccountId: caller.accountId };
    if (d.access.decide({ caller, peer, userAgent }, check).reason === 'explicit-deny') {
      throw accessDenied(`User: ${caller.arn} is not authorized to perform: sts:GetSessionToken with an explicit deny`);
    }
    const factor = await secondFactorOf(d, call, caller, request);
    const minted = d.mint.newSession();
    audit.response('accessKeyId', minted.accessKeyId);
    const credentials = await d.store.change(writeOf(call), async (change) => {
      const { source } = await originOf(change, caller);
      const of = { accountId: caller.accountId, identityId: caller.userId, source, ...beginningOf(call) };
      const multiFactorAuthTime = await factor?.use(change);
      return beginSession(change, minted, { ...of, issueTime: d.clock.now(), duration, multiFactorAuthTime });
    });
    await factor?.succeeded();
    return { credentials };
  });
