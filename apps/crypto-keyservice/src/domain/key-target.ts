import { aliasArn, isArn, keyArn, parseKeyReference, type KeyReference } from '@strongroom/arn';
import { invalidArn, notFound } from './key-errors';
import type { KeyRecord } from './key-record';
import type { KeyReader } from './keys.port';

/** Which key a request means, before anybody has looked whether it exists. */
export type KeyTarget = {
  readonly accountId: string;
  /** Of the key or alias: what an error may name, since the caller has said it. */
  readonly arn: string;
} & ({ readonly keyId: string; readonly alias?: undefined } | { readonly alias: string; readonly keyId?: undefined });

/** Where a reference without an account or region belongs. */
export interface KeyScope {
  readonly accountId: string;
  readonly region: string;
}

/**
 * Reads a KeyId: a UUID, a key ARN, an alias name or an alias ARN.
 *
 * @throws DomainError NotFoundException for what is none of these, as KMS does; InvalidArnException
 */
export function keyTarget(text: string, scope: KeyScope): KeyTarget {
  const reference = readReference(text);
  // Another region's keys are another cluster's: there is no such key here.
  if ('region' in reference && reference.region !== scope.region) throw notFound(`Invalid arn ${reference.region}`);
  const accountId = 'account' in reference ? reference.account : scope.accountId;
  if ('alias' in reference)
    return { accountId, alias: reference.alias, arn: arnOfAlias(reference.alias, { ...scope, accountId }) };
  return { accountId, keyId: reference.keyId, arn: arnOfKey(reference.keyId, { ...scope, accountId }) };
}

/** The same where KMS takes no alias. @throws DomainError as `keyTarget` */
export function keyTargetWithoutAlias(text: string, scope: KeyScope): KeyTarget & { keyId: string } {
  const target = keyTarget(text, scope);
  if (target.keyId === undefined) throw notFound(`Invalid keyId '${text}'`);
  return target;
}

export const aliasTarget = (alias: string, scope: KeyScope): KeyTarget => ({
  accountId: scope.accountId,
  alias,
  arn: arnOfAlias(alias, scope),
});

export const arnOfKey = (keyId: string, { accountId, region }: KeyScope): string => keyArn({ account: accountId, region, keyId });
export const arnOfAlias = (alias: string, { accountId, region }: KeyScope): string =>
  aliasArn({ account: accountId, region, alias });

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
