import { type Caller, invalidCredential } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import { type GetSessionTokenRequest, type GetSessionTokenResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { accessDenied } from '@strongroom/errors';
import { type CallContext, unary } from '@strongroom/grpc-kit';
import { checkDuration } from '../domain/field-rules';
import { validationError } from '../domain/iam-errors';
import { type Dependencies } from './dependencies';
import { originOf } from './session-origin';

const DURATION = { least: 900, most: 129_600, default: 43_200 };
type OpenCall = CallContext<Caller | undefined>;

/** Anyone may call it: it is where an access key is exchanged for a session. So it finds out by itself who calls. */
export const getSessionToken = (d: Dependencies) =>
  unary<GetSessionTokenRequest, GetSessionTokenResponse, Caller | undefined>(async (request, call) => {
    const audit = auditOf(call);
    const caller = await identify(d, request, call);
    audit.caller(caller);
    audit.account(caller.accountId);
    const duration = checkDuration(request.durationSeconds, DURATION, 'duration_seconds');
    if (caller.kind !== 'user' || caller.credentialId.startsWith('session:')) {
      throw accessDenied('Cannot call GetSessionToken with session credentials');
    }
    // Users may, without a policy that says so; only one that says otherwise counts.
    const { peer, userAgent } = call;
    const check = { action: 'sts:GetSessionToken', resource: '*', resourceAccountId: caller.accountId };
    if (d.access.decide({ caller, peer, userAgent }, check).reason === 'explicit-deny') {
      throw accessDenied(`User: ${caller.arn} is not authorized to perform: sts:GetSessionToken with an explicit deny`);
    }
    const credentials = d.mint.newSession();
    const issueTime = d.clock.now();
    const expiration = new Date(issueTime.getTime() + duration * 1_000);
    audit.response('accessKeyId', credentials.accessKeyId);
    await d.store.change({ deadline: call.deadline, beforeCommit: () => audit.commit() }, async (change) => {
      const { source } = await originOf(change, caller);
      await change.sessions.add({
        accessKeyId: credentials.accessKeyId,
        tokenHash: credentials.tokenHash,
        sealedSecret: credentials.sealedSecret,
        accountId: caller.accountId,
        identityId: caller.userId,
        source,
        tags: [],
        transitiveTagKeys: [],
        policies: [],
        policyArns: [],
        issueTime,
        expireTime: expiration,
      });
    });
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    return { credentials: { accessKeyId, secretAccessKey, sessionToken, expiration } };
  });

/** Whatever is wrong with a credential, the answer is the same, and comes after the same work. */
async function identify(d: Dependencies, { accessKey }: GetSessionTokenRequest, call: OpenCall): Promise<Caller> {
  const { certificateUri } = call.peer;
  if (certificateUri !== undefined) {
    if (accessKey) throw validationError('access_key must not be given by a caller with a client certificate.');
    const caller = await d.principals.byCertificate(certificateUri);
    if (!caller) throw invalidCredential();
    return caller;
  }
  if (!accessKey) throw invalidCredential();
  const { accessKeyId, secretAccessKey } = accessKey;
  auditOf(call).parameter('accessKeyId', accessKeyId);
  const known = /^\w{16,128}$/.test(accessKeyId)
    ? await d.store.read(call.deadline, (stored) => stored.accessKeys.find(accessKeyId))
    : undefined;
  if (!d.mint.matches(accessKeyId, known?.sealedSecret, secretAccessKey) || !known!.active) throw invalidCredential();
  const caller = await d.principals.byAccessKey(accessKeyId);
  if (!caller) throw invalidCredential();
  return caller;
}
