import { BatchedLookup, type HotPool } from '@strongroom/database';
import type { KeyRecord } from '../domain/key-record';
import type { KeyReader } from '../domain/keys.port';
import { KEY_COLUMNS, toRecord, type KeyRow } from './key-row';

interface AliasKey {
  accountId: string;
  name: string;
}

type AliasRow = KeyRow & { alias_account_id: string; alias_name: string };

/** One statement for the keys and one for the aliases of each turn of the event loop. */
export class DatabaseKeyReader implements KeyReader {
  private readonly ids: OncePerTurn<KeyRecord | undefined>;
  private readonly aliases: OncePerTurn<KeyRecord | undefined>;

  constructor(pool: HotPool, region: string) {
    const byId = new BatchedLookup<string, KeyRow>({
      pool,
      statement: (size) =>
        `SELECT ${KEY_COLUMNS} FROM customer_key k JOIN key_material m ON m.key_id = k.key_id WHERE k.key_id IN (${repeat('?', size)})`,
      parameters: (keys) => [...keys],
      assign: (keys, rows) => keys.map((key) => rows.filter((row) => row.key_id === key)),
    });
    const byAlias = new BatchedLookup<AliasKey, AliasRow>({
      pool,
      statement: (size) =>
        `SELECT ${KEY_COLUMNS}, a.account_id AS alias_account_id, a.name AS alias_name FROM key_alias a ` +
        'JOIN customer_key k ON k.key_id = a.key_id JOIN key_material m ON m.key_id = k.key_id ' +
        `WHERE (a.account_id, a.name) IN (${repeat('(?, ?)', size)})`,
      parameters: (keys) => keys.flatMap(({ accountId, name }) => [accountId, name]),
      assign: (keys, rows) =>
        keys.map((key) => rows.filter((row) => row.alias_account_id === key.accountId && row.alias_name === key.name)),
    });
    this.ids = new OncePerTurn(async (id) => toRecord(await byId.find(id), region));
    this.aliases = new OncePerTurn(async (text) => {
      const slash = text.indexOf('/');
      return toRecord(await byAlias.find({ accountId: text.slice(0, slash), name: text.slice(slash + 1) }), region);
    });
  }

  byId(keyId: string): Promise<KeyRecord | undefined> {
    return this.ids.find(keyId);
  }

  byAlias(accountId: string, alias: string): Promise<KeyRecord | undefined> {
    return this.aliases.find(`${accountId}/${alias}`);
  }
}

/**
 * Most reads of one turn are for the same few keys, so each key is looked up once. The batch leaves at the end of the turn, and
 * this map is then cleared; later requests get a later read.
 */
class OncePerTurn<Result> {
  private asked = new Map<string, Promise<Result>>();

  constructor(private readonly look: (key: string) => Promise<Result>) {}

  find(key: string): Promise<Result> {
    let result = this.asked.get(key);
    if (!result) {
      result = this.look(key);
      // Registered after the batch's own setImmediate, so it runs right after the batch has left.
      if (this.asked.size === 0) setImmediate(() => (this.asked = new Map()));
      this.asked.set(key, result);
    }
    return result;
  }
}

const repeat = (text: string, times: number): string => Array(times).fill(text).join(', ');
