import type { Clock } from '@strongroom/clock';
import { BatchedLookup, type HotPool } from '@strongroom/database';
import type { KeyRecord } from '../domain/key-record';
import type { KeyReader } from '../domain/keys.port';
import { KEY_COLUMNS, toRecord, type KeyRow } from './key-row';
import { OncePerTurn } from './once-per-turn';

interface Asked {
  keyId: string;
  /** 0: none beside the current one. */
  version: number;
}

interface AliasKey {
  accountId: string;
  name: string;
}

type AliasRow = KeyRow & { alias_account_id: string; alias_name: string };

const CURRENT = 'LEFT JOIN key_material m ON m.key_id = k.key_id AND m.version = k.current_material';

/**
 * One statement for the keys and one for the aliases of each turn of the event loop. A key may have many materials: a read takes
 * the current one, and the one that is asked for, each by the primary key.
 */
export class DatabaseKeyReader implements KeyReader {
  private readonly ids: OncePerTurn<KeyRecord | undefined>;
  private readonly aliases: OncePerTurn<KeyRecord | undefined>;

  constructor(pool: HotPool, region: string, clock: Clock) {
    const byId = new BatchedLookup<Asked, KeyRow>({
      pool,
      statement: (size) =>
        `SELECT ${KEY_COLUMNS} FROM customer_key k ${CURRENT} WHERE k.key_id IN (${repeat('?', size)}) UNION ALL ` +
        `SELECT ${KEY_COLUMNS} FROM key_material m JOIN customer_key k ON k.key_id = m.key_id AND k.current_material <> m.version ` +
        `WHERE (m.key_id, m.version) IN (${repeat('(?, ?)', size)})`,
      parameters: (asked) => [...asked.map(({ keyId }) => keyId), ...asked.flatMap(({ keyId, version }) => [keyId, version])],
      assign: (asked, rows) =>
        asked.map(({ keyId, version }) =>
          rows.filter((row) => row.key_id === keyId && [null, row.current_material, version].includes(row.version)),
        ),
    });
    const byAlias = new BatchedLookup<AliasKey, AliasRow>({
      pool,
      statement: (size) =>
        `SELECT ${KEY_COLUMNS}, a.account_id AS alias_account_id, a.name AS alias_name FROM key_alias a ` +
        `JOIN customer_key k ON k.key_id = a.key_id ${CURRENT} WHERE (a.account_id, a.name) IN (${repeat('(?, ?)', size)})`,
      parameters: (keys) => keys.flatMap(({ accountId, name }) => [accountId, name]),
      assign: (keys, rows) =>
        keys.map((key) => rows.filter((row) => row.alias_account_id === key.accountId && row.alias_name === key.name)),
    });
    this.ids = new OncePerTurn(async (text) => {
      const [keyId, version] = text.split('/') as [string, string];
      return toRecord(await byId.find({ keyId, version: Number(version) }), region, clock.now());
    });
    this.aliases = new OncePerTurn(async (text) => {
      const slash = text.indexOf('/');
      const key = { accountId: text.slice(0, slash), name: text.slice(slash + 1) };
      return toRecord(await byAlias.find(key), region, clock.now());
    });
  }

  byId(keyId: string, materialVersion = 0): Promise<KeyRecord | undefined> {
    return this.ids.find(`${keyId}/${materialVersion}`);
  }

  byAlias(accountId: string, alias: string): Promise<KeyRecord | undefined> {
    return this.aliases.find(`${accountId}/${alias}`);
  }
}

const repeat = (text: string, times: number): string => Array(times).fill(text).join(', ');
