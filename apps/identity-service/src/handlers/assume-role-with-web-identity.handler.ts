import { type Caller, webIdentityCaller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { accessDenied } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { parseSessionRequest } from '../domain/role-session';
import { noProvider } from '../domain/web-identity';
import { beginRoleSession, roleOf } from './begin-role-session';
import type { Dependencies } from './dependencies';
import { identifiedWebIdentity } from './identify-web-identity';

/** Anyone may call it. `identify-web-identity.ts` has verified the token. */
export const assumeRoleWithWebIdentity = (d: Dependencies) =>
  unary<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse, Caller | undefined>(async (request, call) => {
    const holder = identifiedWebIdentity(call);
    const { provider, subject, audience, context, tags, transitiveTagKeys } = holder;
    const caller = webIdentityCaller(holder);
    auditOf(call).caller(caller);
    const session = await beginRoleSession(d, call, {
      role: roleOf(request.roleArn),
      caller,
      action: 'sts:AssumeRoleWithWebIdentity',
      wanted: parseSessionRequest({ ...request, tags, transitiveTagKeys, externalId: '' }),
      context,
      async origin(change) {
        // The provider is held until the transaction ends: whoever deletes it now waits, and then deletes the new session, too.
        if (!(await change.oidcProviders.find(provider.arn, 'use'))) throw noProvider(provider.issuer);
        return { source: provider.arn };
      },
      refused: (action) => accessDenied(`Not authorized to perform ${action}`),
    });
    return { ...session, subjectFromWebIdentityToken: subject, provider: provider.arn, audience };
  });
