import { aliasArn, isArn, keyArn, parseKeyReference, type KeyReference } from '@strongroom/arn';
import { invalidArn, notFound } from './key-errors';
import { keyOperations, type KeyOperation, type KeyOperationName } from './key-operations';
import type { KeyRecord } from './key-record';
import type { KeyReader } from './keys.port';

/** The key that a request names, before anybody has checked whether it exists. */
export type KeyTarget = {
  readonly accountId: string;
  /** The ARN of the key or alias. An error may show it, because the caller named it. */
  readonly arn: string;
} & ({ readonly keyId: string; readonly alias?: undefined } | { readonly alias: string; readonly keyId?: undefined });

/** The account and region for references without them. */
export interface KeyScope {
  readonly accountId: string;
  readonly region: string;
}

/**
 * Reads a KeyId: a UUID, a key ARN, an alias name or an alias ARN.
 * @throws DomainError NotFoundException for any other text, as in KMS; InvalidArnException
 */
export function keyTarget(text: string, scope: KeyScope): KeyTarget {
  const reference = readReference(text);
  // Keys of another region belong to another cluster, so the key does not exist here.
  if ('region' in reference && reference.region !== scope.region) throw notFound(`Invalid arn ${reference.region}`);
  const accountId = 'account' in reference ? reference.account : scope.accountId;
  if ('alias' in reference)
    return { accountId, alias: reference.alias, arn: arnOfAlias(reference.alias, { ...scope, accountId }) };
  return { accountId, keyId: reference.keyId, arn: arnOfKey(reference.keyId, { ...scope, accountId }) };
}

/** The same for operations in which KMS accepts no alias. @throws DomainError as `keyTarget` */
export function keyTargetWithoutAlias(text: string, scope: KeyScope): KeyTarget & { keyId: string } {
  const target = keyTarget(text, scope);
  if (target.keyId === undefined) throw notFound(`Invalid keyId '${text}'`);
  return target;
}

/** The same, as the operation accepts it. @throws DomainError as `keyTarget` */
export function targetOf(operation: KeyOperationName, keyId: string, scope: KeyScope): KeyTarget {
  const { byAlias }: KeyOperation = keyOperations[operation];
  return byAlias ? keyTarget(keyId, scope) : keyTargetWithoutAlias(keyId, scope);
}

export function aliasTarget(alias: string, scope: KeyScope): KeyTarget {
  return {
    accountId: scope.accountId,
    alias,
    arn: arnOfAlias(alias, scope),
  };
}

export function arnOfKey(keyId: string, { accountId, region }: KeyScope): string {
  return keyArn({ account: accountId, region, keyId });
}
export function arnOfAlias(alias: string, { accountId, region }: KeyScope): string {
  return aliasArn({ account: accountId, region, alias });
}

export async function findKey(keys: KeyReader, target: KeyTarget): Promise<KeyRecord | undefined> {
  const key = target.keyId === undefined ? await keys.byAlias(target.accountId, target.alias) : await keys.byId(target.keyId);
  // A UUID alone means a key of the scope's account, also when another account has one of that id.
  return key?.accountId === target.accountId ? key : undefined;
}

function readReference(text: string): KeyReference {
  try {
    return parseKeyReference(text);
  } catch {
    if (isArn(text)) throw invalidArn('The KeyId is not an ARN of a key or of an alias.');
    throw notFound(`Invalid keyId '${text.slice(0, MAX_SHOWN)}'`);
  }
}

const MAX_SHOWN = 300;
