import { BatchedLookup, questionMarks, type HotPool } from '@strongroom/database';
import type { GrantReader, GrantToSomebody } from '../domain/grants.port';
import type { KeyOperationName } from '../domain/key-operations';
import { separated } from './grant-row';
import { OncePerTurn } from './once-per-turn';

interface Question {
  operation: string;
  keyId: string;
  grantees: readonly string[];
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
  private readonly grants: OncePerTurn<GrantToSomebody[]>;
  private readonly tokens: BatchedLookup<string, { grant_id: string; token_key: Buffer }>;

  constructor(pool: HotPool) {
    const lookup = new BatchedLookup<Question, GrantRow>({
      pool,
      statement: (size) =>
        'SELECT key_id, grantee, operations, context_pairs, context_exact, source_arn FROM key_grant WHERE ' +
        Array(size)
          .fill(`(key_id = ? AND grantee IN (${questionMarks(GRANTEES)}) AND FIND_IN_SET(?, operations))`)
          .join(' OR '),
      parameters: (questions) => questions.flatMap(({ keyId, grantees, operation }) => [keyId, ...padded(grantees), operation]),
      assign: (questions, rows) => {
        const found = byGrantee(rows);
        return questions.map(({ keyId, grantees }) => grantees.flatMap((grantee) => found.get(`${keyId} ${grantee}`) ?? []));
      },
    });
    // Neither ids nor names of principals have spaces.
    this.grants = new OncePerTurn(async (text) => {
      const [operation = '', keyId = '', ...grantees] = text.split(' ');
      const grants = (await lookup.find({ operation, keyId, grantees })).map(toGrant);
      // The statement also answers others, who ask for other operations.
      return grants.filter(({ operations }) => operations.includes(operation as KeyOperationName));
    });
    this.tokens = new BatchedLookup({
      pool,
      statement: (size) => `SELECT grant_id, token_key FROM key_grant WHERE grant_id IN (${questionMarks(size)})`,
      parameters: (grantIds) => [...grantIds],
      assign: (grantIds, rows) => grantIds.map((grantId) => rows.filter((row) => row.grant_id === grantId)),
    });
  }

  to(grantees: readonly string[], keyId: string, operation: KeyOperationName): Promise<GrantToSomebody[]> {
    return this.grants.find([operation, keyId, ...grantees].join(' '));
  }

  async tokenKey(grantId: string): Promise<Buffer | undefined> {
    const [row] = await this.tokens.find(grantId);
    return row?.token_key;
  }
}

/** The same number for everybody, so that all share a statement. */
const padded = (grantees: readonly string[]): string[] => Array.from({ length: GRANTEES }, (_, i) => grantees[i] ?? '');

function byGrantee(rows: readonly GrantRow[]): Map<string, GrantRow[]> {
  const found = new Map<string, GrantRow[]>();
  for (const row of rows) {
    const name = `${row.key_id} ${row.grantee}`;
    const known = found.get(name);
    if (known) known.push(row);
    else found.set(name, [row]);
  }
  return found;
}

const toGrant = (row: GrantRow): GrantToSomebody => ({
  grantee: row.grantee,
  operations: separated(row.operations) as KeyOperationName[],
  pairs: new Set(separated(row.context_pairs)),
  exact: row.context_exact !== 0,
  sourceArn: row.source_arn ?? undefined,
});
