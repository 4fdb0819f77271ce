import { secretArn } from '@strongroom/arn';
import { padded, questionMarks, type Statements } from '@strongroom/database';
import { instantIn, type PagePosition, rowIdIn } from '../domain/page-token';
import type { RotationRequest } from '../domain/rotation/rotation';
import type { OpenRotation, Page } from '../domain/secret-store.port';

export interface RequestRow {
  token: string;
  kind: RotationRequest['kind'];
  state: RotationRequest['state'];
  function_arn: string;
  attempt: number;
  requested_at: Date;
  initiated_by: string;
  rotation_token: string;
}

export const REQUEST_COLUMNS =
  'r.token, r.kind, r.state, r.function_arn, r.attempt, r.requested_at, r.initiated_by, r.rotation_token';

export function toRequest(row: RequestRow): RotationRequest {
  return {
    token: row.token,
    kind: row.kind,
    state: row.state,
    functionArn: row.function_arn,
    attempt: Number(row.attempt),
    requestedAt: row.requested_at,
    initiatedBy: row.initiated_by,
    rotationToken: row.rotation_token,
  };
}

const requestColumns = (secretId: number, request: RotationRequest) => ({
  secret_id: secretId,
  token: request.token,
  kind: request.kind,
  state: request.state,
  function_arn: request.functionArn,
  attempt: request.attempt,
  requested_at: request.requestedAt,
  initiated_by: request.initiatedBy,
  rotation_token: request.rotationToken,
});

export async function putRotationRequests(
  statements: Statements,
  requests: readonly { secretId: number; request: RotationRequest }[],
): Promise<void> {
  const rows = padded(requests).map(({ secretId, request }) => requestColumns(secretId, request));
  const names = Object.keys(rows[0]!);
  await statements.execute(
    `INSERT INTO rotation_request (${names.join(', ')}) VALUES ${rows.map(() => `(${questionMarks(names.length)})`).join(', ')}
      ON DUPLICATE KEY UPDATE ${names.map((name) => `${name} = VALUES(${name})`).join(', ')}`,
    rows.flatMap((row) => Object.values(row)),
  );
}

export function dueStatement(limit: number): string {
  return `
  SELECT s.id FROM secret s
  WHERE s.next_rotation_at <= ? AND s.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM rotation_request r WHERE r.secret_id = s.id AND r.state = 'open')
  ORDER BY s.next_rotation_at LIMIT ${limit}`;
}

export interface OpenRotationRow extends RequestRow {
  account_id: string;
  region: string;
  name: string;
  arn_suffix: string;
  secret_id: number | string;
}

/** Reads one row more than the page has. */
export function openStatement(after: PagePosition | undefined, limit: number): { text: string; parameters: unknown[] } {
  const edge = after && instantIn(after.key);
  return {
    text: `SELECT s.account_id, s.region, s.name, s.arn_suffix, r.secret_id, ${REQUEST_COLUMNS}
      FROM rotation_request r JOIN secret s ON s.id = r.secret_id
      WHERE r.state = 'open' ${edge ? 'AND (r.requested_at > ? OR (r.requested_at = ? AND r.secret_id > ?))' : ''}
      ORDER BY r.requested_at, r.secret_id LIMIT ${limit + 1}`,
    parameters: edge ? [edge, edge, rowIdIn(after.id)] : [],
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
  request: toRequest(row),
});
