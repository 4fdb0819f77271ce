import { secretArn } from '@strongroom/arn';
import { invalidNextToken } from '@strongroom/errors';
import type { EntityManager } from 'typeorm';
import type { PagePosition } from '../domain/page-token';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { OpenRotation, Page } from '../domain/secret-store.port';
import { RotationRequestEntity } from './rotation-request.entity';

export async function findRotationRequest(manager: EntityManager, secretId: number): Promise<RotationRequest | undefined> {
  const found = await manager.findOneBy(RotationRequestEntity, { secretId });
  if (!found) return undefined;
  const { secretId: _, ...request } = found;
  return request;
}

export const dueStatement = (limit: number): string => `
  SELECT s.id FROM secret s
  WHERE s.next_rotation_at <= ? AND s.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM rotation_request r WHERE r.secret_id = s.id AND r.state = 'open')
  ORDER BY s.next_rotation_at LIMIT ${limit}`;

export interface OpenRotationRow {
  account_id: string;
  region: string;
  name: string;
  arn_suffix: string;
  secret_id: number | string;
  token: string;
  kind: 'rotate' | 'test';
  function_arn: string;
  attempt: number;
  requested_at: Date;
  initiated_by: string;
  rotation_token: string;
}

/** Asks for one row more than the page has. */
export function openStatement(after: PagePosition | undefined, limit: number): { text: string; parameters: unknown[] } {
  const edge = after && new Date(after.key);
  if (after && (Number.isNaN(edge!.getTime()) || !/^\d{1,19}$/.test(after.id))) {
    throw invalidNextToken('NextToken is not one that this operation gave out.');
  }
  return {
    text: `SELECT s.account_id, s.region, s.name, s.arn_suffix, r.secret_id, r.token, r.kind, r.function_arn, r.attempt,
        r.requested_at, r.initiated_by, r.rotation_token
      FROM rotation_request r JOIN secret s ON s.id = r.secret_id
      WHERE r.state = 'open' ${edge ? 'AND (r.requested_at > ? OR (r.requested_at = ? AND r.secret_id > ?))' : ''}
      ORDER BY r.requested_at, r.secret_id LIMIT ${limit + 1}`,
    parameters: edge ? [edge, edge, after!.id] : [],
  };
}

export function openPage(rows: OpenRotationRow[], limit: number): Page<OpenRotation> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toOpenRotation),
    ...(last && rows.length > limit ? { next: { key: last.requested_at.toISOString(), id: String(last.secret_id) } } : {}),
  };
}

const toOpenRotation = (row: OpenRotationRow): OpenRotation => ({
  secret: {
    arn: secretArn({ region: row.region, account: row.account_id, name: row.name, suffix: row.arn_suffix }),
    name: row.name,
    accountId: row.account_id,
  },
  request: {
    token: row.token,
    kind: row.kind,
    state: 'open',
    functionArn: row.function_arn,
    attempt: Number(row.attempt),
    requestedAt: row.requested_at,
    initiatedBy: row.initiated_by,
    rotationToken: row.rotation_token,
  },
});
