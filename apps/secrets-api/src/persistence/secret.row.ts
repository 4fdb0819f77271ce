import { secretArn } from '@strongroom/arn';
import type { RotationConfiguration } from '../domain/rotation/rotation';
import type { Secret, VersionSummary } from '../domain/secret';
import type { SecretChanges } from '../domain/secret-store.port';

/**
 * Pairs of texts in one column, as `unpack` reads them: the lengths of both in characters, then both. Any function of JSON makes MariaDB write a
 * temporary table to disk for it, which costs six times as much as the whole read without.
 */
const packed = (first: string, second: string): string =>
  `GROUP_CONCAT(CHAR_LENGTH(${first}), ':', CHAR_LENGTH(${second}), ':', ${first}, ${second} SEPARATOR '')`;

/** What every read of secrets selects, from `secret s`. */
export const SECRET_COLUMNS = `
  s.id, s.account_id, s.region, s.name, s.arn_suffix, s.description, s.kms_key_arn, s.created_at, s.last_changed_at,
  s.last_accessed_on, s.deleted_at, s.purge_at, s.owning_service, s.resource_policy, s.creation_token,
  s.rotation_function_arn, s.rotation_enabled, s.rotation_rules, s.last_rotated_at, s.next_rotation_at, s.next_rotation_by,
  (SELECT ${packed('x.label', 'x.version_id')} FROM version_label x WHERE x.secret_id = s.id) AS labels,
  (SELECT ${packed('t.tag_key', 't.tag_value')} FROM secret_tag t WHERE t.secret_id = s.id) AS tags`;

export interface SecretRow {
  id: number | string;
  account_id: string;
  region: string;
  name: string;
  arn_suffix: string;
  description: string;
  kms_key_arn: string | null;
  created_at: Date;
  last_changed_at: Date;
  last_accessed_on: Date;
  deleted_at: Date | null;
  purge_at: Date | null;
  owning_service: string | null;
  resource_policy: string | null;
  creation_token: string;
  rotation_function_arn: string | null;
  rotation_enabled: number;
  rotation_rules: string | null;
  last_rotated_at: Date | null;
  next_rotation_at: Date | null;
  next_rotation_by: Date | null;
  /** Packed pairs; null: none. */
  labels: string | null;
  tags: string | null;
}

export const toSecret = (row: SecretRow): Secret => ({
  id: Number(row.id),
  arn: secretArn({ region: row.region, account: row.account_id, name: row.name, suffix: row.arn_suffix }),
  accountId: row.account_id,
  region: row.region,
  name: row.name,
  description: row.description,
  kmsKeyArn: row.kms_key_arn ?? undefined,
  createdAt: row.created_at,
  lastChangedAt: row.last_changed_at,
  lastAccessedOn: dayOf(row.last_accessed_on),
  deletion: row.deleted_at && row.purge_at ? { deletedAt: row.deleted_at, purgeAt: row.purge_at } : undefined,
  owningService: row.owning_service ?? undefined,
  resourcePolicy: row.resource_policy ?? undefined,
  creationToken: row.creation_token,
  labels: unpack(row.labels),
  tags: unpack(row.tags),
  ...(row.rotation_function_arn === null ? {} : { rotation: toRotation(row, row.rotation_function_arn) }),
});

const toRotation = (row: SecretRow, functionArn: string): RotationConfiguration => ({
  functionArn,
  enabled: Boolean(row.rotation_enabled),
  rules: row.rotation_rules === null ? undefined : (JSON.parse(row.rotation_rules) as RotationConfiguration['rules']),
  lastRotatedAt: row.last_rotated_at ?? undefined,
  next: row.next_rotation_at && row.next_rotation_by ? { at: row.next_rotation_at, by: row.next_rotation_by } : undefined,
});

/** What an UPDATE of `secret` sets, by column; undefined: the column stays. */
export const changedColumns = ({ description, kmsKeyArn, resourcePolicy, deletion, rotation, lastChangedAt }: SecretChanges) => ({
  description,
  kms_key_arn: kmsKeyArn,
  resource_policy: resourcePolicy,
  last_changed_at: lastChangedAt,
  ...(deletion === undefined ? {} : { deleted_at: deletion?.deletedAt ?? null, purge_at: deletion?.purgeAt ?? null }),
  ...(rotation && rotationColumns(rotation)),
});

/** The whole configuration: what it has not is cleared. */
const rotationColumns = ({ functionArn, enabled, rules, lastRotatedAt, next }: RotationConfiguration) => ({
  rotation_function_arn: functionArn,
  rotation_enabled: enabled,
  rotation_rules: rules ? JSON.stringify(rules) : null,
  last_rotated_at: lastRotatedAt ?? null,
  next_rotation_at: next?.at ?? null,
  next_rotation_by: next?.by ?? null,
});

/** What every read of versions without their values selects, from `secret_version v`. */
export const VERSION_COLUMNS = 'v.version_id, v.created_at, v.last_accessed_on, v.kms_key_arn';

/** Whether a version has a label. */
export const LABELLED = 'EXISTS (SELECT 1 FROM version_label l WHERE l.secret_id = v.secret_id AND l.version_id = v.version_id)';

export interface VersionRow {
  version_id: string;
  created_at: Date;
  last_accessed_on: Date;
  kms_key_arn: string | null;
}

export const toSummary = (row: VersionRow): VersionSummary => ({
  versionId: row.version_id,
  createdAt: row.created_at,
  lastAccessedOn: dayOf(row.last_accessed_on),
  kmsKeyArn: row.kms_key_arn ?? undefined,
});

const NOTHING: ReadonlyMap<string, string> = new Map();

/** What `packed` made. */
export function unpack(pairs: string | null): ReadonlyMap<string, string> {
  if (pairs === null) return NOTHING;
  // Where there are surrogates, what the database counts as a character is not one of a JavaScript string.
  const text = /[\ud800-\udfff]/.test(pairs) ? Array.from(pairs) : pairs;
  const take = (from: number, to: number): string => {
    const part = text.slice(from, to);
    return typeof part === 'string' ? part : part.join('');
  };
  const map = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const firstEnd = text.indexOf(':', at);
    const secondEnd = text.indexOf(':', firstEnd + 1);
    const first = secondEnd + 1;
    const second = first + Number(take(at, firstEnd));
    at = second + Number(take(firstEnd + 1, secondEnd));
    map.set(take(first, second), take(second, at));
  }
  return map;
}

/** 1970-01-01 stands for never. */
export const dayOf = (day: Date): Date | undefined => (day.getTime() === 0 ? undefined : day);

/** A day as the database writes it, in UTC. */
export const dayText = (instant: Date): string => instant.toISOString().slice(0, 10);
