import { invalidParameter } from '@strongroom/errors';
import { keyTexts, obeys } from '@strongroom/field-rules';
import { DEFAULT_PARTITION, formatArn, isArn, parseArn } from './arn';

const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const isAlias = (text: string): boolean => obeys(keyTexts.aliasName, text);

/** The meaning of a KeyId; alias names include their `alias/`. */
export type KeyReference =
  | { kind: 'key'; keyId: string }
  | { kind: 'key-arn'; arn: string; partition: string; region: string; account: string; keyId: string }
  | { kind: 'alias'; alias: string }
  | { kind: 'alias-arn'; arn: string; partition: string; region: string; account: string; alias: string };

interface Owner {
  partition?: string;
  region: string;
  account: string;
}

/** `arn:aws:kms:REGION:ACCOUNT:key/UUID`. */
export function keyArn({ partition = DEFAULT_PARTITION, region, account, keyId }: Owner & { keyId: string }): string {
  if (!KEY_ID.test(keyId)) throw invalidParameter(`KeyId ${KEY_RULE}`);
  requireOwner({ region, account }, 'Key ARN');
  return formatArn({ partition, service: 'kms', region, account, resource: `key/${keyId}` }, 'Key ARN');
}

/** `arn:aws:kms:REGION:ACCOUNT:alias/NAME`; `alias` includes its `alias/`. */
export function aliasArn({ partition = DEFAULT_PARTITION, region, account, alias }: Owner & { alias: string }): string {
  if (!isAlias(alias)) throw invalidParameter(`AliasName ${ALIAS_RULE}`);
  requireOwner({ region, account }, 'Alias ARN');
  return formatArn({ partition, service: 'kms', region, account, resource: alias }, 'Alias ARN');
}

const KEY_RULE = 'must be a lower-case UUID';
const ALIAS_RULE = 'must be alias/ and 1 to 250 ASCII letters, digits and the characters /_-';

/** Reads a key id, a key ARN, an alias name or an alias ARN. @throws InvalidParameterException naming `field` */
export function parseKeyReference(text: string, field = 'KeyId'): KeyReference {
  if (!isArn(text)) {
    if (isAlias(text)) return { kind: 'alias', alias: text };
    if (KEY_ID.test(text)) return { kind: 'key', keyId: text };
    throw invalidParameter(
      `${field} ${text.startsWith('alias/') ? ALIAS_RULE : `${KEY_RULE}, an alias name, or an ARN of either`}.`,
    );
  }
  const { partition, service, region, account, resource } = parseArn(text, field);
  if (service !== 'kms') throw invalidParameter(`${field} must be an ARN of the service kms.`);
  requireOwner({ region, account }, field);
  const owner = { arn: text, partition, region, account };
  if (isAlias(resource)) return { kind: 'alias-arn', ...owner, alias: resource };
  const keyId = resource.startsWith('key/') ? resource.slice('key/'.length) : '';
  if (!KEY_ID.test(keyId))
    throw invalidParameter(`${field} must end in key/ID, where ID ${KEY_RULE}, or in an alias name, which ${ALIAS_RULE}.`);
  return { kind: 'key-arn', ...owner, keyId };
}

function requireOwner({ region, account }: Owner, field: string): void {
  if (region === '' || account === '') throw invalidParameter(`${field} must name a region and an account.`);
}
