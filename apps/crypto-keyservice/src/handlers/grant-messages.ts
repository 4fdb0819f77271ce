import { auditOf } from '@strongroom/audit-trail';
import type { GrantListEntry } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { rootArn } from '@strongroom/arn';
import type { Grant, GrantTerms } from '../domain/grant';
import { constraintTypeOf } from '../domain/grant-terms';
import type { GrantFilter } from '../domain/grants.port';
import type { Page } from '../domain/keys.port';
import type { Dependencies } from './dependencies';
import { contextKeys, type KeyContext } from './key-access';
import type { KeyCall } from './key-call';

/** Whether a service makes the call for its caller. */
export const forAwsResource = ({ via }: KeyCall): KeyContext => ({ 'kms:grantisforawsresource': String(via !== undefined) });

/** The condition keys of CreateGrant. */
export function contextOfGrant(call: KeyCall, { grantee, retiring, operations, constraints }: GrantTerms): KeyContext {
  const { encryptionContextEquals, encryptionContextSubset } = constraints;
  return {
    ...forAwsResource(call),
    'kms:grantoperations': operations,
    'kms:granteeprincipal': principalOf(grantee) || undefined,
    'kms:retiringprincipal': principalOf(retiring) || undefined,
    'kms:grantconstrainttype': constraintTypeOf(constraints),
    ...contextKeys({ ...encryptionContextSubset, ...encryptionContextEquals }),
  };
}

export function noteGrant(call: KeyCall, { grantee, retiring, operations, constraints, name }: GrantTerms): void {
  const audit = auditOf(call);
  audit.parameter('granteePrincipal', grantee);
  audit.parameter('retiringPrincipal', retiring);
  audit.parameter('operations', operations.join(', '));
  audit.parameter('constraints', JSON.stringify(constraints));
  audit.parameter('name', name);
}

/** The grants of one page, which has one more if there is another. */
export async function listGrantPage(d: Dependencies, filter: GrantFilter, { after, limit }: Page) {
  const found = await d.grants.list(filter, { after, limit: limit + 1 });
  const page = found.slice(0, limit);
  const truncated = found.length > limit;
  const entries = await Promise.all(page.map(async (grant) => toEntry(grant, (await d.keys.byId(grant.keyId))?.arn)));
  return { grants: entries, truncated, nextMarker: truncated ? page.at(-1)!.grantId : '' };
}

/** A key that was deleted a moment ago has no ARN; its grants went with it. */
const toEntry = (grant: Grant, keyArn = grant.keyId): GrantListEntry => ({
  keyId: keyArn,
  grantId: grant.grantId,
  name: grant.name ?? '',
  creationDate: grant.createdAt,
  granteePrincipal: principalOf(grant.grantee),
  granteeServicePrincipal: serviceOf(grant.grantee),
  retiringPrincipal: principalOf(grant.retiring),
  retiringServicePrincipal: serviceOf(grant.retiring),
  issuingAccount: rootArn(grant.issuingAccountId),
  operations: [...grant.operations],
  constraints: constraintsMessage(grant.constraints),
});

function constraintsMessage({ encryptionContextEquals, encryptionContextSubset, sourceArn = '' }: Grant['constraints']) {
  const maps = [encryptionContextEquals, encryptionContextSubset];
  if (sourceArn === '' && maps.every((map) => Object.keys(map).length === 0)) return undefined;
  return { encryptionContextEquals, encryptionContextSubset, sourceArn };
}

const isArn = (name: string): boolean => name.startsWith('arn:');
const principalOf = (name = ''): string => (isArn(name) ? name : '');
const serviceOf = (name = ''): string => (isArn(name) ? '' : name);
