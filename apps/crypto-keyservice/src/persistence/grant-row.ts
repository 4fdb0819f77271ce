import { encodeEncryptionContext, type EncryptionContext } from '@strongroom/envelope';
import type { Grant } from '../domain/grant';
import { limitsOf } from '../domain/grant-limits';
import { digest } from '../domain/hashing/digest';
import type { KeyOperationName } from '../domain/key-operations';
import type { KeyGrantEntity } from './key-grant.entity';

const SEPARATOR = ',';

export const joined = (texts: Iterable<string>): string => [...texts].join(SEPARATOR);
export const separated = (text: string): string[] => (text === '' ? [] : text.split(SEPARATOR));

export function toRow(grant: Grant): KeyGrantEntity {
  const { grantId, keyId, issuingAccountId, name, grantee, retiring, operations, constraints, tokenKey, createdAt } = grant;
  const { pairs, exact, sourceArn } = limitsOf(grant);
  return {
    grantId,
    keyId,
    issuingAccountId,
    name: name ?? null,
    grantee,
    retiring: retiring ?? null,
    operations: joined(operations),
    contextPairs: joined(pairs),
    contextExact: exact,
    sourceArn: sourceArn ?? null,
    encryptionContext: JSON.stringify(exact ? constraints.encryptionContextEquals : constraints.encryptionContextSubset),
    tokenKey,
    requestHash: name === undefined ? null : hashOf(grant),
    createdAt,
  };
}

export function toGrant(row: KeyGrantEntity): Grant {
  const context = JSON.parse(row.encryptionContext) as EncryptionContext;
  return {
    grantId: row.grantId,
    keyId: row.keyId,
    issuingAccountId: row.issuingAccountId,
    name: row.name ?? undefined,
    grantee: row.grantee,
    retiring: row.retiring ?? undefined,
    operations: separated(row.operations) as KeyOperationName[],
    constraints: {
      encryptionContextSubset: row.contextExact ? {} : context,
      encryptionContextEquals: row.contextExact ? context : {},
      sourceArn: row.sourceArn ?? undefined,
    },
    tokenKey: row.tokenKey,
    createdAt: row.createdAt,
  };
}

/** Equal for requests that ask for the same grant, in whatever order they name operations and pairs. */
function hashOf({ issuingAccountId, name, grantee, retiring, operations, constraints }: Grant): Buffer {
  const { encryptionContextEquals, encryptionContextSubset, sourceArn } = constraints;
  return digest(
    JSON.stringify([issuingAccountId, name, grantee, retiring, [...operations].sort(), sourceArn]),
    encodeEncryptionContext(encryptionContextEquals),
    encodeEncryptionContext(encryptionContextSubset),
  );
}
