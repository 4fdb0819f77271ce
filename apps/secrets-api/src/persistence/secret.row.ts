import { secretArn } from '@strongroom/arn';
import type { RotationConfiguration } from '../domain/rotation/rotation';
import type { Secret, VersionSummary } from '../domain/secret';
import { DamagedSecret } from '../domain/secret-errors';
import type { SecretChanges } from '../domain/secret-store.port';

/**
 * Pairs of texts in one column, in the form that `unpack` reads: their number, then for each the lengths of both in characters,
 * and both. The database silently cuts what exceeds group_concat_max_len; the number reveals this. Any JSON function would make
 * MariaDB write a temporary table to disk, which costs six times the rest of the read.
 */
const packed = (first: string, second: string): string =>
  `CONCAT(COUNT(*), ';', GROUP_CONCAT(CHAR_LENGTH(${first}), ':', CHAR_LENGTH(${second}), ':', ${first}, ${second} SEPARATOR ''))`;

/** The columns of every read of secrets, from `secret s`. */
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

/** A row that cannot be read affects only requests for its own secret. @throws DamagedSecret */
export function toSecret(row: SecretRow): Secret {
  return {
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
  };
}

const toRotation = (row: SecretRow, functionArn: string): RotationConfiguration => ({
  functionArn,
  enabled: Boolean(row.rotation_enabled),
  rules: row.rotation_rules === null ? undefined : readRules(row.rotation_rules),
  lastRotatedAt: row.last_rotated_at ?? undefined,
  next: row.next_rotation_at && row.next_rotation_by ? { at: row.next_rotation_at, by: row.next_rotation_by } : undefined,
});

function readRules(json: string): RotationConfiguration['rules'] {
  try {
    return JSON.parse(json) as RotationConfiguration['rules'];
  } catch (error) {
    throw new DamagedSecret(error);
  }
}

/** What remains readable of a row that `toSecret` refuses, so that a list can show it. */
export function withoutDamage(row: SecretRow): Secret {
  return toSecret({ ...row, labels: null, tags: null, rotation_rules: null, next_rotation_at: null });
}

/** The columns that an UPDATE of `secret` sets; undefined: the column stays. */
export function changedColumns({ description, kmsKeyArn, resourcePolicy, deletion, rotation, lastChangedAt }: SecretChanges) {
  return {
    description,
    kms_key_arn: kmsKeyArn,
    resource_policy: resourcePolicy,
    last_changed_at: lastChangedAt,
    ...(deletion === undefined ? {} : { deleted_at: deletion?.deletedAt ?? null, purge_at: deletion?.purgeAt ?? null }),
    ...(rotation && rotationColumns(rotation)),
  };
}

/** The whole configuration: absent fields are cleared. */
const rotationColumns = ({ functionArn, enabled, rules, lastRotatedAt, next }: RotationConfiguration) => ({
  rotation_function_arn: functionArn,
  rotation_enabled: enabled,
  rotation_rules: rules ? JSON.stringify(rules) : null,
  last_rotated_at: lastRotatedAt ?? null,
  next_rotation_at: next?.at ?? null,
  next_rotation_by: next?.by ?? null,
});

/** The columns of every read of versions without their values, from `secret_version v`. */
export const VERSION_COLUMNS = 'v.version_id, v.created_at, v.last_accessed_on, v.kms_key_arn, v.was_current';

/** Whether a version has a label. */
export const LABELLED = 'EXISTS (SELECT 1 FROM version_label l WHERE l.secret_id = v.secret_id AND l.version_id = v.version_id)';

export interface VersionRow {
  version_id: string;
  created_at: Date;
  last_accessed_on: Date;
  kms_key_arn: string | null;
  was_current: number;
}

export function toSummary(row: VersionRow): VersionSummary {
  return {
    versionId: row.version_id,
    createdAt: row.created_at,
    lastAccessedOn: dayOf(row.last_accessed_on),
    kmsKeyArn: row.kms_key_arn ?? undefined,
    wasCurrent: Boolean(row.was_current),
  };
}

const NOTHING: ReadonlyMap<string, string> = new Map();

const NUMBER = /^\d{1,9}$/;

/** Reads the result of `packed`. @throws DamagedSecret unless it is whole */
export function unpack(pairs: string | null): ReadonlyMap<string, string> {
  if (pairs === null) return NOTHING;
  // With surrogates, the database counts characters differently from a JavaScript string.
  const text = /[\ud800-\udfff]/.test(pairs) ? Array.from(pairs) : pairs;
  let at = 0;
  /** Always advances by at least one character, or throws. */
  const take = (length: number): string => {
    if (at + length > text.length) throw new DamagedSecret();
    const part = text.slice(at, (at += length));
    return typeof part === 'string' ? part : part.join('');
  };
  const number = (end: string): number => {
    const to = text.indexOf(end, at);
    if (to < 0) throw new DamagedSecret();
    const digits = take(to - at);
    at = to + 1;
    if (!NUMBER.test(digits)) throw new DamagedSecret();
    return Number(digits);
  };
  const map = new Map<string, string>();
  for (let left = number(';'); left > 0; left--) {
    const [first, second] = [number(':'), number(':')];
    map.set(take(first), take(second));
  }
  if (at !== text.length) throw new DamagedSecret();
  return map;
}

/** 1970-01-01 stands for never. */
export function dayOf(day: Date): Date | undefined {
  return day.getTime() === 0 ? undefined : day;
}

/** A day as the database writes it, in UTC. */
export function dayText(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}
