import type { Caller } from '@strongroom/access';
import type { CreateSignInLinkRequest, CreateSignInLinkResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { RedeemSignInLinkRequest, RedeemSignInLinkResponse } from '@strongroom/contracts/strongroom/identity/v1/sign_in';
import { unary } from '@strongroom/grpc-kit';
import { signInFailed } from '../domain/iam-errors';
import { holdSource, originOf } from '../domain/session-origin';
import { LINK_LASTS, linkTokenHash, newLinkToken } from '../domain/sign-in-links';
import type { Dependencies } from './dependencies';
import { isSameName, requireIdentity, requireUnlessDenied, userOf, writeOf } from './iam-call';
import { beginSignInSession, clientOf, signInDuration } from './sign-in-session';

const ACTION = 'iam:CreateSignInLink';

export const createSignInLink = (d: Dependencies) =>
  unary<CreateSignInLinkRequest, CreateSignInLinkResponse, Caller>(async (request, call) => {
    const name = userOf(request.userName, call);
    const { token, tokenHash } = newLinkToken(d.random);
    const expiration = new Date(d.clock.millis() + LINK_LASTS);
    await d.store.change(writeOf(call), async (change) => {
      // A session could outlive itself by a link, so it needs the permission also for its own user.
      const isOwn = call.caller.kind === 'user' && !call.caller.credentialId.startsWith('session:') && isSameName(name, call);
      const user = await (isOwn ? requireUnlessDenied : requireIdentity)(d, call, change, ACTION, name, { lock: 'use' });
      const { source } = await originOf(change, call.caller);
      await change.signInLinks.add({ tokenHash, userId: user.id, source, expireTime: expiration });
    });
    return { token, expiration };
  });

export const redeemSignInLink = (d: Dependencies) =>
  unary<RedeemSignInLinkRequest, RedeemSignInLinkResponse>(async (request, call) => {
    const client = clientOf(request.client);
    const duration = signInDuration(request.durationSeconds);
    const { deadline, requestId } = call;
    const failed = () => signInFailed('The link is not good, or not any more: it works once, within five minutes.');
    const tokenHash = linkTokenHash(request.token);
    if (!tokenHash) throw failed();
    const signedIn = await beginSignInSession(
      d,
      deadline,
      ({ user }) => ({ accountId: user.accountId, user, multiFactor: false, client, requestId }),
      async (change) => {
        const link = await change.signInLinks.take(tokenHash);
        if (!link || link.expireTime.getTime() <= d.clock.millis()) throw failed();
        const user = await change.identities.byId(link.userId, 'use');
        // What the link was made with may be gone since.
        if (!user || !(await holdSource(change, link.source))) throw failed();
        return { user, source: link.source, duration };
      },
    );
    return { signedIn };
  });
