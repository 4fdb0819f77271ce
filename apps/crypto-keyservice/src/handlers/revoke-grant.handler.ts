import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { RevokeGrantRequest, RevokeGrantResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { grantNotFound } from '../domain/key-errors';
import { requireGrantId } from '../domain/grant-terms';
import type { Dependencies } from './dependencies';
import { forAwsResource } from './grant-messages';
import { endDryRun, keyFor, writeOf } from './key-call';

export const revokeGrant = (d: Dependencies) =>
  unary<RevokeGrantRequest, RevokeGrantResponse, Caller>(async (request, call) => {
    const grantId = requireGrantId(request.grantId);
    auditOf(call).parameter('grantId', grantId);
    const { keyId } = await keyFor(d, call, 'RevokeGrant', request.keyId, { conditions: forAwsResource(call) });
    if (request.dryRun && (await d.grants.find(grantId))?.keyId !== keyId) throw grantNotFound(grantId);
    endDryRun(request);
    await d.grants.remove({ keyId, grantId }, writeOf(call));
    return {};
  });
