import { BatchedLookup, questionMarks, type HotPool } from '@strongroom/database';
import type { GrantReader, GrantToSomebody } from '../domain/grants.port';
import type { KeyOperationName } from '../domain/key-operations';
import { separated } from './grant-row';

interface Question {
  /** The same number for everybody, so that all share a statement. */
  grantees: readonly string[];
  keyId: string;
  operation: KeyOperationName;
}

interface GrantRow {
  key_id: string;
  grantee: string;
  operations: string;
  context_pairs: string;
  context_exact: number;
  source_arn: string | null;
}

/** A session has most: itself, its role, its account. */
const GRANTEES = 3;

/** One statement for the grants, and one for the tokens, of each turn of the event loop. */
export class DatabaseGrantReader implements GrantReader {
  private readonly grants: BatchedLookup<Question, GrantRow>;
  private readonly tokens: BatchedLookup<string, { grant_id: string; token_key: Buffer }>;

  constructor(pool: HotPool) {
    this.grants = new BatchedLookup({
      pool,
      statement: (size) =>
        'SELECT key_id, grantee, operations, context_pairs, context_exact, source_arn FROM key_grant WHERE ' +
        Array(size)
          .fill(`(key_id = ? AND grantee IN (${questionMarks(GRANTEES)}) AND FIND_IN_SET(?, operations))`)
          .join(' OR '),
      parameters: (questions) => questions.flatMap(({ keyId, grantees, operation }) => [keyId, ...padded(grantees), operation]),
      assign: (questions, rows) =>
        questions.map(({ keyId, grantees, operation }) =>
          rows.filter(
            (row) => row.key_id === keyId && grantees.includes(row.grantee) && separated(row.operations).includes(operation),
          ),
        ),
    });
    this.tokens = new BatchedLookup({
      pool,
      statement: (size) => `SELECT grant_id, token_key FROM key_grant WHERE grant_id IN (${questionMarks(size)})`,
      parameters: (grantIds) => [...grantIds],
      assign: (grantIds, rows) => grantIds.map((grantId) => rows.filter((row) => row.grant_id === grantId)),
    });
  }

  async to(grantees: readonly string[], keyId: string, operation: KeyOperationName): Promise<GrantToSomebody[]> {
    const rows = await this.grants.find({ grantees, keyId, operation });
    return rows.map((row) => ({
      grantee: row.grantee,
      operations: separated(row.operations) as KeyOperationName[],
      pairs: new Set(separated(row.context_pairs)),
      exact: row.context_exact !== 0,
      sourceArn: row.source_arn ?? undefined,
    }));
  }

  async tokenKey(grantId: string): Promise<Buffer | undefined> {
    const [row] = await this.tokens.find(grantId);
    return row?.token_key;
  }
}

function padded(grantees: readonly string[]): string[] {
  return Array.from({ length: GRANTEES }, (_, i) => grantees[i] ?? '');
}
