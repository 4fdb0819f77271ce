import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { RetireGrantRequest, RetireGrantResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import type { Grant } from '../domain/grant';
import { requireGrantId } from '../domain/grant-terms';
import { isGenuine, readGrantToken } from '../domain/hashing/grant-token';
import { invalidGrantToken, validationFailed } from '../domain/key-errors';
import type { KeyRecord } from '../domain/key-record';
import { findKey, targetOf, type KeyTarget } from '../domain/key-target';
import type { Dependencies } from './dependencies';
import { endDryRun, scopeOf, writeOf, type KeyCall } from './key-call';

export const retireGrant = (d: Dependencies) =>
  unary<RetireGrantRequest, RetireGrantResponse, Caller>(async (request, call) => {
    const { target, key, grantId, grant } = await (request.grantToken === ''
      ? namedGrant(d, call, request)
      : grantOfToken(d, call, request));
    auditOf(call).resource(target.arn, 'AWS::KMS::Key');
    const retired = d.access.requireRetirement(call, target, key, grantId, grant);
    auditOf(call).account(target.accountId);
    endDryRun(request);
    await d.grants.remove(retired, writeOf(call));
    return {};
  });

/** The grant that a request means, before anybody has checked whether the caller may know of it. */
interface MeantGrant {
  target: KeyTarget;
  key: KeyRecord | undefined;
  grantId: string;
  grant: Grant | undefined;
}

async function namedGrant(d: Dependencies, call: KeyCall, request: RetireGrantRequest): Promise<MeantGrant> {
  if (request.keyId === '' || request.grantId === '') throw validationFailed('Specify a GrantToken, or a KeyId and a GrantId.');
  const target = targetOf('RetireGrant', request.keyId, scopeOf(d, call));
  const grantId = requireGrantId(request.grantId);
  auditOf(call).parameter('grantId', grantId);
  const [key, grant] = await Promise.all([findKey(d.keys, target), d.grants.find(grantId)]);
  return { target, key, grantId, grant: grant?.keyId === key?.keyId ? grant : undefined };
}

async function grantOfToken(d: Dependencies, call: KeyCall, request: RetireGrantRequest): Promise<MeantGrant> {
  if (request.keyId !== '' || request.grantId !== '') throw validationFailed('Specify a GrantToken, or a KeyId and a GrantId.');
  const token = readGrantToken(request.grantToken);
  const grant = await d.grants.find(token.grantId);
  const key = grant && (await d.keys.byId(grant.keyId));
  if (!key || !isGenuine(token, grant.tokenKey)) throw invalidGrantToken();
  auditOf(call).parameter('grantId', grant.grantId);
  return { target: targetOf('RetireGrant', key.arn, scopeOf(d, call)), key, grantId: grant.grantId, grant };
}
