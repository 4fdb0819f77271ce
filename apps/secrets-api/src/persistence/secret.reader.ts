import { BatchedLookup, type HotPool } from '@strongroom/database';
import type { FoundSecret, SecretReader, VersionSelection } from '../domain/secret-reader.port';
import type { SecretKey } from '../domain/secret-reference';
import { SECRET_COLUMNS, type SecretRow, toSecret } from './secret.row';

interface Question {
  key: SecretKey;
  selection: VersionSelection;
}

interface FoundRow extends SecretRow {
  /** The number of its question, from 1. */
  n: number;
  version_id: string | null;
  version_created_at: Date;
  version_kms_key_arn: string | null;
  wrapped_data_key: Buffer | null;
  ciphertext: Buffer | null;
}

// The questions are one JSON parameter, so one prepared statement serves batches of all sizes, and each row has the number of its
// question. Each table is reached by a whole key. The order of the joins is fixed, because the optimizer does not know how few
// questions there are.
const STATEMENT = `
  SELECT k.n, ${SECRET_COLUMNS},
    v.version_id, v.created_at AS version_created_at, v.kms_key_arn AS version_kms_key_arn, v.wrapped_data_key, v.ciphertext
  FROM JSON_TABLE(?, '$[*]' COLUMNS (
      n FOR ORDINALITY,
      account_id VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin PATH '$[0]',
      region VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin PATH '$[1]',
      name VARCHAR(519) CHARACTER SET ascii COLLATE ascii_bin PATH '$[2]',
      suffix VARCHAR(6) CHARACTER SET ascii COLLATE ascii_bin PATH '$[3]',
      version_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[4]',
      label VARCHAR(256) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[5]'
    )) k
  STRAIGHT_JOIN secret s ON s.account_id = k.account_id AND s.region = k.region AND s.name = k.name
    AND (k.suffix IS NULL OR s.arn_suffix = k.suffix)
  LEFT JOIN version_label l ON l.secret_id = s.id AND l.label = k.label
  LEFT JOIN secret_version v ON v.secret_id = s.id AND v.version_id = COALESCE(k.version_id, l.version_id)`;

/** The first read of every operation: secret, labels, tags, policy and one version, by whole keys, coalesced. */
export class DatabaseSecretReader implements SecretReader {
  private readonly lookup: BatchedLookup<Question, FoundRow>;

  constructor(pool: HotPool) {
    this.lookup = new BatchedLookup<Question, FoundRow>({
      pool,
      statement: () => STATEMENT,
      parameters: (questions) => [JSON.stringify(questions.map(toJson))],
      assign: (questions, rows) => {
        const answers: FoundRow[][] = questions.map(() => []);
        // Batches are padded with their last question; the padding's answers are dropped.
        for (const row of rows) answers[row.n - 1]?.push(row);
        return answers;
      },
    });
  }

  async find(key: SecretKey, selection?: VersionSelection): Promise<FoundSecret | undefined> {
    const [row] = await this.lookup.find({ key, selection });
    return row && toFound(row);
  }
}

const toJson = ({ key, selection }: Question) => [
  key.accountId,
  key.region,
  key.name,
  key.suffix ?? null,
  selection && 'versionId' in selection ? selection.versionId : null,
  selection && 'label' in selection ? selection.label : null,
];

const toFound = (row: FoundRow): FoundSecret => ({
  secret: toSecret(row),
  ...(row.version_id === null
    ? {}
    : {
        version: {
          versionId: row.version_id,
          createdAt: row.version_created_at,
          ...sealedIn(row),
        },
      }),
});

const sealedIn = ({ version_kms_key_arn: kmsKeyArn, wrapped_data_key: wrappedDataKey, ciphertext }: FoundRow) =>
  kmsKeyArn && wrappedDataKey && ciphertext ? { sealed: { kmsKeyArn, wrappedDataKey, ciphertext } } : {};
