import { join } from 'node:path';
import { secretArn } from '@strongroom/arn';
import { pollUntil } from '@strongroom/clock';
import { CustomerKey, DATA_KEY_LENGTH, sealSecretValue, secretEncryptionContext } from '@strongroom/envelope';
import { connectAsAdministrator, type LocalCluster } from '@strongroom/local-cluster';
import { randomString, randomUuid, systemRandom } from '@strongroom/random';
import { openRootKeysOnce } from '@strongroom/root-keys';
import type { Connection, RowDataPacket } from 'mysql2/promise';

const BATCH = 2_000;
const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A value as applications store it. Its GetSecretValue answer has some 290 bytes. */
export const sampleValue = (n: number): string =>
  JSON.stringify({ username: 'orders', password: `pw-${String(n).padStart(12, '0')}-pw`, host: 'db.internal', port: 3306 });

// What filters look for: a thousandth has each service and each team, a twentieth the stage prod.
const serviceOf = (n: number): string => `s${String(n % 1_000).padStart(3, '0')}`;
const tagsOf = (n: number): [string, string][] => [
  ['team', `t${String(n % 1_000).padStart(3, '0')}`],
  ...(n % 20 === 0 ? [['stage', 'prod'] satisfies [string, string]] : []),
];

const descriptionOf = (n: number): string => `Benchmark of ${serviceOf(n)}`;

export const nameOf = (n: number, prefix = 'bench'): string => `${prefix}/${String(n).padStart(7, '0')}`;

interface Seeds {
  /** How many there are to be. */
  count: number;
  /** Of their names. Default: bench. */
  prefix?: string;
  /** Of the key. Default: that of the account's default key. */
  alias?: string;
  report: (line: string) => void;
}

interface Key {
  arn: string;
  key: CustomerKey;
}

/** A key of the account, opened as crypto-keyservice opens it: seeding a million secrets by RPC would take an hour. */
const keyBy = async (alias: string, connection: Connection, cluster: LocalCluster): Promise<Key> => {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT k.key_id, m.version, m.wrapped FROM strongroom_keys.key_alias a
       JOIN strongroom_keys.customer_key k ON k.key_id = a.key_id
       JOIN strongroom_keys.key_material m ON m.key_id = k.key_id AND m.version = k.current_material
     WHERE a.account_id = ? AND a.name = ?`,
    [cluster.accountId, alias],
  );
  const [row] = rows as { key_id: string; version: number; wrapped: Buffer }[];
  if (!row) throw new Error(`the account has no key ${alias} yet`);
  const config = { file: join(cluster.home, 'secrets', 'keys-root.key'), startSealed: false, graceMs: 1_000 };
  const rootKeys = await openRootKeysOnce({ config, database: { ...cluster.database, name: 'strongroom_keys' } }, systemRandom);
  return {
    arn: `arn:aws:kms:${cluster.region}:${cluster.accountId}:key/${row.key_id}`,
    key: CustomerKey.unwrap(
      rootKeys,
      { accountId: cluster.accountId, keyId: row.key_id, materialVersion: row.version },
      row.wrapped,
    ),
  };
};

/**
 * Brings the number of secrets up to `count`, each with one version, in the formats in which the services store them. Needs their
 * key; the default key is made by the first CreateSecret.
 */
export const seedSecrets = async (cluster: LocalCluster, seeds: Seeds): Promise<void> => {
  const { count, prefix = 'bench', alias = 'alias/aws/secretsmanager', report } = seeds;
  const connection = await connectAsAdministrator(cluster.database, 'strongroom_secrets');
  try {
    const [[existing]] = await connection.query<RowDataPacket[]>('SELECT COUNT(*) AS n FROM secret WHERE name LIKE ?', [
      `${prefix}/%`,
    ]);
    const key = await keyBy(alias, connection, cluster);
    // Nothing else uses these tables during the measurement, and no incomplete batch survives its transaction.
    await connection.query('SET unique_checks = 0, foreign_key_checks = 0');
    for (let from = Number(existing!.n); from < count; from += BATCH) {
      await insert(connection, cluster, key, { prefix, from, to: Math.min(count, from + BATCH) });
      report(`${from} of ${count} secrets`);
    }
    await searchable(connection, report);
    await connection.query('ANALYZE TABLE secret, secret_version, version_label, secret_tag, secret_term');
  } finally {
    await connection.end();
  }
};

const PATIENCE_MS = 1_800_000;
const POLL_MS = 1_000;

/** The terms by which filters find them are written by secrets-api, as those of any secret that has none. */
const searchable = async (connection: Connection, report: (line: string) => void): Promise<void> => {
  const areAll = async () => {
    const [[row]] = await connection.query<RowDataPacket[]>('SELECT COUNT(*) AS left_over FROM secret WHERE unsearchable = TRUE');
    report(`${row!.left_over} secrets are without search terms`);
    return Number(row!.left_over) === 0;
  };
  if (!(await pollUntil(areAll, PATIENCE_MS, POLL_MS))) throw new Error('the search terms were not written in time');
};

/** InnoDB numbers the rows of one INSERT in equal steps, which are greater than 1 on a node of several. */
const idsFrom = async (connection: Connection, first: number): Promise<(row: number) => number> => {
  const [[row]] = await connection.query<RowDataPacket[]>('SELECT @@auto_increment_increment AS step');
  return (i) => first + i * Number(row!.step);
};

const insert = async (
  connection: Connection,
  { accountId, region }: LocalCluster,
  { arn, key }: Key,
  { prefix, from, to }: { prefix: string; from: number; to: number },
) => {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i);
  const suffixes = numbers.map(() => randomString(systemRandom, ALPHANUMERIC, 6));
  const versions = numbers.map(() => randomUuid(systemRandom));
  // Some minutes apart, so that lists by date have an order.
  const dates = numbers.map((n) => new Date(Date.UTC(2026, 0, 1) + n * 1_000));
  await connection.beginTransaction();
  const [result] = await connection.query(
    `INSERT INTO secret (account_id, region, name, arn_suffix, description, created_at, last_changed_at, creation_token) VALUES ?`,
    [
      numbers.map((n, i) => [
        accountId,
        region,
        nameOf(n, prefix),
        suffixes[i],
        descriptionOf(n),
        dates[i],
        dates[i],
        versions[i],
      ]),
    ],
  );
  const idOf = await idsFrom(connection, (result as { insertId: number }).insertId);
  const rows = numbers.map((n, i) => {
    const place = {
      secretArn: secretArn({ region, account: accountId, name: nameOf(n, prefix), suffix: suffixes[i]! }),
      secretVersionId: versions[i]!,
    };
    const dataKey = systemRandom.bytes(DATA_KEY_LENGTH);
    const wrapped = key.encrypt(dataKey, secretEncryptionContext(place), systemRandom);
    const ciphertext = sealSecretValue(dataKey, place, { kind: 'string', text: sampleValue(n) }, systemRandom);
    return [idOf(i), versions[i], wrapped, ciphertext, arn, dates[i]];
  });
  await connection.query(
    'INSERT INTO secret_version (secret_id, version_id, wrapped_data_key, ciphertext, kms_key_arn, created_at) VALUES ?',
    [rows],
  );
  await connection.query('INSERT INTO version_label (secret_id, label, version_id) VALUES ?', [
    numbers.map((_, i) => [idOf(i), 'AWSCURRENT', versions[i]]),
  ]);
  await connection.query('INSERT INTO secret_tag (secret_id, tag_key, tag_value) VALUES ?', [
    numbers.flatMap((n, i) => tagsOf(n).map((tag) => [idOf(i), ...tag])),
  ]);
  await connection.commit();
};
