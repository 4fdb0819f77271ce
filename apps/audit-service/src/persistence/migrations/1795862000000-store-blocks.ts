import { decodeEvent, type AuditEvent } from '@strongroom/audit-trail';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { intoBlocks } from '../../domain/event-block';
import type { ChainedEvent } from '../../domain/chain';
import { isStorable } from '../../domain/storable';
import { blockValues, boundsColumns, identityValues, insertIdentities, insertPostings, postingValues } from '../block-rows';

const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';
/** The columns that there are then. The blocks come with later terms as well, which does no harm. */
const insertBlocks = `INSERT INTO event_block (account_id, ${boundsColumns}, records)`;
const table = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
/** Events that are moved in one transaction. */
const page = 1_024;

interface EventRow {
  sequence: number;
  event_id: string;
  event_time: Date;
  event_source: string;
  event_name: string;
  principal_arn: string;
  user_name: string;
  request_id: string;
  failed: number;
  hash: Buffer;
  record: string;
}

/**
 * Moves the trail from one row an event into blocks.
 *
 * While most of it is moved, a replica of the older version goes on writing; then its table gets another name, and the rest is
 * moved. From there on such a replica fails and tries again, and its events wait in the journal for the new version: nothing is
 * lost.
 *
 * The server commits with each change of a table, so nothing here can be one transaction. Instead, each page of events is one,
 * and whatever was interrupted goes on where it stopped: behind the last block, with the table that is still there.
 */
export class StoreBlocks1795862000000 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner);
    if (await exists(runner, 'event')) {
      await move(runner, 'event');
      await runner.query('RENAME TABLE event TO event_moved');
    }
    if (await exists(runner, 'event_moved')) {
      await move(runner, 'event_moved');
      await runner.query('DROP TABLE event_moved');
    }
    await runner.query('DROP TABLE IF EXISTS event_resource');
  }

  async down(): Promise<void> {
    throw new Error('blocks are not taken apart again: restore a backup of before');
  }
}

const createTables = async (runner: QueryRunner): Promise<void> => {
  // A writer that believes in another end of the chain than the table's meets the primary key. `records` is what block-codec
  // makes.
  await runner.query(`
    CREATE TABLE IF NOT EXISTS event_block (
      account_id CHAR(12) ${ascii} NOT NULL,
      first_sequence BIGINT UNSIGNED NOT NULL,
      last_sequence BIGINT UNSIGNED NOT NULL,
      first_time DATETIME(3) NOT NULL,
      last_time DATETIME(3) NOT NULL,
      last_hash BINARY(32) NOT NULL,
      records MEDIUMBLOB NOT NULL,
      PRIMARY KEY (account_id, first_sequence),
      KEY ix_time (account_id, last_time, first_sequence, first_time)
    ) ${table}`);
  // An event is in the trail once: this key decides. Ids are made of the time, so rows go to the end.
  await runner.query(`
    CREATE TABLE IF NOT EXISTS event_identity (
      account_id CHAR(12) ${ascii} NOT NULL,
      event_id BINARY(16) NOT NULL,
      sequence BIGINT UNSIGNED NOT NULL,
      PRIMARY KEY (account_id, event_id)
    ) ${table}`);
  // A row for each term in a block; the term, which names the account as well, is a hash. In the order of a lookup.
  await runner.query(`
    CREATE TABLE IF NOT EXISTS event_posting (
      term BINARY(16) NOT NULL,
      last_time DATETIME(3) NOT NULL,
      first_sequence BIGINT UNSIGNED NOT NULL,
      PRIMARY KEY (term, last_time, first_sequence)
    ) ${table}`);
};

const exists = async (runner: QueryRunner, name: string): Promise<boolean> => {
  const rows = (await runner.query('SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?', [
    name,
  ])) as unknown[];
  return rows.length > 0;
};

const move = async (runner: QueryRunner, from: string): Promise<void> => {
  const accounts = (await runner.query(`SELECT DISTINCT account_id FROM ${from}`)) as { account_id: string }[];
  for (const { account_id } of accounts) while ((await movePage(runner, from, account_id)) > 0);
};

/** Returns how many events it has moved. */
const movePage = async (runner: QueryRunner, from: string, accountId: string): Promise<number> => {
  const [head] = (await runner.query(
    'SELECT last_sequence AS sequence FROM event_block WHERE account_id = ? ORDER BY first_sequence DESC LIMIT 1',
    [accountId],
  )) as { sequence: number }[];
  const rows = (await runner.query(
    `SELECT * FROM ${from} WHERE account_id = ? AND sequence > ? ORDER BY sequence LIMIT ${page}`,
    [accountId, Number(head?.sequence ?? 0)],
  )) as EventRow[];
  const blocks = intoBlocks(rows.map((row) => chainedOf(accountId, row)));
  await runner.startTransaction();
  try {
    for (const block of blocks) {
      await runner.query(`${insertBlocks} VALUES ?`, [[(await blockValues(block)).slice(0, -1)]]);
      // An event that was tampered with may have the id of another one: VerifyTrail is to find it, not to be kept from it.
      await runner.query(`${insertIdentities.replace('INSERT', 'INSERT IGNORE')} VALUES ?`, [identityValues(block)]);
      await runner.query(`${insertPostings} VALUES ?`, [postingValues(block)]);
    }
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
  return rows.length;
};

/**
 * The row as it is, with a record that VerifyTrail may find changed. What the columns beside it said is taken only where the
 * record says nothing: they were copies.
 */
const chainedOf = (accountId: string, row: EventRow): ChainedEvent => ({
  event: { ...(decoded(row.record) ?? eventOfColumns(row)), recipientAccountId: accountId },
  record: row.record,
  sequence: Number(row.sequence),
  hash: row.hash,
});

const decoded = (record: string): AuditEvent | undefined => {
  try {
    const event = decodeEvent(record);
    return isStorable(event) ? event : undefined;
  } catch {
    return undefined;
  }
};

const eventOfColumns = (row: EventRow): AuditEvent => ({
  eventId: row.event_id,
  eventTime: row.event_time,
  eventSource: row.event_source,
  eventName: row.event_name,
  awsRegion: '',
  recipientAccountId: '',
  userIdentity: {
    type: 'Unknown',
    principalId: '',
    arn: row.principal_arn,
    accountId: '',
    accessKeyId: '',
    userName: row.user_name,
    sessionIssuerArn: '',
  },
  sourceIpAddress: '',
  userAgent: '',
  requestId: row.request_id,
  readOnly: false,
  resources: [],
  requestParameters: {},
  responseElements: {},
  errorCode: row.failed ? 'Unknown' : '',
  errorMessage: '',
});
