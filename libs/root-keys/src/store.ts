import { type HotPool, isDuplicateKey, isReferenced, type Statements } from '@strongroom/database';
import type { NewProvider, Provider, ProviderKind, ProviderParameters } from './provider';

/**
 * `pending`: opens, so that every process has it before one seals with it. `current`: seals. `retiring`: opens until no row names
 * it. `retired`: gone but for its name.
 */
export type RootKeyState = 'pending' | 'current' | 'retiring' | 'retired';

export interface StoredRootKey {
  /** From 1, in the order in which they were made. */
  readonly slot: number;
  readonly fingerprint: string;
  readonly state: RootKeyState;
  /** The key, sealed under the one before it while that one is in use. */
  readonly link?: Buffer;
  /** Whether the time has come, by the database's clock, at which a pending one becomes current, or a retiring one may go. */
  readonly isDue: boolean;
  /** When it became current, or will. */
  readonly currentFrom?: Date;
  readonly retiredAt?: Date;
}

/** A root key encrypted for each provider, by the provider's name. */
export type Wraps = ReadonlyMap<string, Buffer>;

export interface NewRootKey {
  readonly fingerprint: string;
  readonly wraps: Wraps;
}

/** Runs before COMMIT; if it rejects, nothing changes. May run again when the transaction is repeated. */
export type BeforeCommit = () => Promise<unknown>;

const nothing: BeforeCommit = () => Promise.resolve();

/** Root keys, providers and wraps in the service's schema. Each method that changes something is one transaction. */
export class RootKeyStore {
  constructor(private readonly pool: HotPool) {}

  async rootKeys(): Promise<StoredRootKey[]> {
    const rows = await this.pool.query<RootKeyRow>(`SELECT ${ROOT_KEY_COLUMNS} FROM root_key ORDER BY slot`, []);
    return rows.map(toRootKey);
  }

  async providers(): Promise<Provider[]> {
    const rows = await this.pool.query<ProviderRow>('SELECT * FROM root_key_provider ORDER BY enrolled_at, name', []);
    return rows.map((row) => ({
      name: row.name,
      kind: row.kind,
      recipient: row.recipient,
      parameters: JSON.parse(row.parameters) as ProviderParameters,
      protectedIdentity: row.protected_identity ?? undefined,
      enrolledAt: row.enrolled_at,
      usedAt: row.used_at ?? undefined,
      drilledAt: row.drilled_at ?? undefined,
    }));
  }

  /** What a provider can open: age files by the fingerprint of the root key in them. */
  async wrapsFor(provider: string): Promise<Map<string, Buffer>> {
    const rows = await this.pool.query<{ fingerprint: string; wrapped: Buffer }>(
      'SELECT k.fingerprint, w.wrapped FROM root_key_wrap w JOIN root_key k ON k.slot = w.slot WHERE w.provider = ?',
      [provider],
    );
    return new Map(rows.map(({ fingerprint, wrapped }) => [fingerprint, wrapped]));
  }

  /** Stores the first root key and its provider; false when another process was first, and then nothing changes. */
  async establish({ fingerprint, wraps }: NewRootKey, provider: NewProvider, beforeCommit = nothing): Promise<boolean> {
    return this.unlessThere(async (tx) => {
      await tx.execute(
        "INSERT INTO root_key (slot, fingerprint, state, in_use, current_from) VALUES (1, ?, 'current', UNHEX(?), UTC_TIMESTAMP(3))",
        [fingerprint, fingerprint],
      );
      await insertProvider(tx, provider);
      await insertWraps(tx, 1, wraps);
      await beforeCommit();
    });
  }

  /**
   * Enrols a provider for every root key that is in use; false when there is one of this name.
   *
   * @param wraps the root keys encrypted to it, by their fingerprints
   * @throws Error when there is a root key that is not among them
   */
  async enroll(provider: NewProvider, wraps: ReadonlyMap<string, Buffer>, beforeCommit = nothing): Promise<boolean> {
    return this.unlessThere(async (tx) => {
      const inUse = await holdInUse(tx);
      await insertProvider(tx, provider);
      for (const { slot, fingerprint } of inUse) {
        const wrapped = wraps.get(fingerprint);
        if (!wrapped) throw new Error('the root key has just been rotated: try again');
        await insertWraps(tx, slot, new Map([[provider.name, wrapped]]));
      }
      await beforeCommit();
    });
  }

  /** Removes a provider and its wraps. @throws Error when there is none of this name, or it is the last */
  async remove(name: string, beforeCommit = nothing): Promise<void> {
    await this.pool.transaction(async (tx) => {
      await holdInUse(tx);
      const names = (await tx.query<{ name: string }>('SELECT name FROM root_key_provider', [])).map((row) => row.name);
      if (!names.includes(name)) throw new Error(`there is no provider '${name}'`);
      if (names.length === 1) throw new Error(`'${name}' is the only provider: nothing could open the root key without it`);
      await tx.execute('DELETE FROM root_key_wrap WHERE provider = ?', [name]);
      await tx.execute('DELETE FROM root_key_provider WHERE name = ?', [name]);
      await beforeCommit();
    });
  }

  /**
   * Adds the root key that follows the current one, pending for `graceMs`.
   *
   * @param link the new root key sealed under the current one, whose fingerprint is `current`
   * @throws Error while a rotation is under way, and when a provider has come or gone since `wraps` were made
   */
  async beginRotation(
    next: NewRootKey & { link: Buffer; current: string },
    graceMs: number,
    beforeCommit = nothing,
  ): Promise<void> {
    await this.pool.transaction(async (tx) => {
      const inUse = await holdInUse(tx);
      if (inUse.length !== 1 || inUse[0]!.fingerprint !== next.current) throw new Error('a rotation is under way');
      const providers = await tx.query<{ name: string }>('SELECT name FROM root_key_provider', []);
      if (providers.length !== next.wraps.size || providers.some(({ name }) => !next.wraps.has(name))) {
        throw new Error('a provider was enrolled or removed at the same time: try again');
      }
      const [last] = await tx.query<{ slot: number }>('SELECT MAX(slot) AS slot FROM root_key', []);
      const slot = last!.slot + 1;
      await tx.execute(
        'INSERT INTO root_key (slot, fingerprint, state, in_use, link, current_from) ' +
          "VALUES (?, ?, 'pending', UNHEX(?), ?, UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND)",
        [slot, next.fingerprint, next.fingerprint, next.link, graceMs * 1_000],
      );
      await insertWraps(tx, slot, next.wraps);
      await beforeCommit();
    });
  }

  /** Makes a pending root key current that is due; the one before is retiring, for `graceMs` at least. Whether there was one. */
  async promote(graceMs: number): Promise<boolean> {
    return this.pool.transaction(async (tx) => {
      await lockInUse(tx);
      const [due] = await tx.query<{ slot: number }>(
        "SELECT slot FROM root_key WHERE state = 'pending' AND current_from <= UTC_TIMESTAMP(3)",
        [],
      );
      if (!due) return false;
      await tx.execute(
        "UPDATE root_key SET state = 'retiring', retire_from = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND WHERE state = 'current'",
        [graceMs * 1_000],
      );
      await tx.execute("UPDATE root_key SET state = 'current', current_from = UTC_TIMESTAMP(3) WHERE slot = ?", [due.slot]);
      return true;
    });
  }

  /** Retires a retiring root key that is due. False when it is not, or when a row names it, which the database sees to. */
  async retire(slot: number, beforeCommit = nothing): Promise<boolean> {
    try {
      return await this.pool.transaction(async (tx) => {
        const { affectedRows } = await tx.execute(
          "UPDATE root_key SET state = 'retired', in_use = NULL, retired_at = UTC_TIMESTAMP(3) " +
            "WHERE slot = ? AND state = 'retiring' AND retire_from <= UTC_TIMESTAMP(3)",
          [slot],
        );
        if (affectedRows === 0) return false;
        await tx.execute('DELETE FROM root_key_wrap WHERE slot = ?', [slot]);
        await tx.execute('UPDATE root_key SET link = NULL WHERE slot > ?', [slot]);
        await beforeCommit();
        return true;
      });
    } catch (error) {
      if (isReferenced(error)) return false;
      throw error;
    }
  }

  /** Notes that a provider opened the root keys. */
  async used(name: string): Promise<void> {
    await this.note(name, 'used_at');
  }

  /** Notes that a drill succeeded. */
  async drilled(name: string): Promise<void> {
    await this.note(name, 'drilled_at');
  }

  /** Work on one retiring root key, in a transaction: no other process does any at the same time. Undefined where one does. */
  async whileRetiring<T>(slot: number, work: (tx: Statements) => Promise<T>): Promise<T | undefined> {
    return this.pool.transaction(async (tx) => {
      const mine = await tx.query("SELECT slot FROM root_key WHERE slot = ? AND state = 'retiring' FOR UPDATE SKIP LOCKED", [
        slot,
      ]);
      return mine.length === 0 ? undefined : work(tx);
    });
  }

  query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.pool.query<Row>(sql, parameters);
  }

  private async note(name: string, column: string): Promise<void> {
    await this.pool.transaction(({ execute }) =>
      execute(`UPDATE root_key_provider SET ${column} = UTC_TIMESTAMP(3) WHERE name = ?`, [name]),
    );
  }

  private async unlessThere(work: (tx: Statements) => Promise<void>): Promise<boolean> {
    try {
      await this.pool.transaction(work);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

interface RootKeyRow {
  slot: number;
  fingerprint: string;
  state: RootKeyState;
  link: Buffer | null;
  is_due: number | null;
  current_from: Date | null;
  retired_at: Date | null;
}

interface ProviderRow {
  name: string;
  kind: ProviderKind;
  recipient: string;
  parameters: string;
  protected_identity: Buffer | null;
  enrolled_at: Date;
  used_at: Date | null;
  drilled_at: Date | null;
}

const ROOT_KEY_COLUMNS =
  "slot, fingerprint, state, link, IF(state = 'pending', current_from, retire_from) <= UTC_TIMESTAMP(3) AS is_due, " +
  'current_from, retired_at';

const toRootKey = ({ slot, fingerprint, state, link, is_due, current_from, retired_at }: RootKeyRow): StoredRootKey => ({
  slot,
  fingerprint,
  state,
  link: link ?? undefined,
  isDue: Boolean(is_due),
  currentFrom: current_from ?? undefined,
  retiredAt: retired_at ?? undefined,
});

/** Whoever changes root keys or providers does so one after the other. */
const lockInUse = (tx: Statements) =>
  tx.query<Pick<RootKeyRow, 'slot' | 'fingerprint'>>(
    "SELECT slot, fingerprint FROM root_key WHERE state <> 'retired' ORDER BY slot FOR UPDATE",
    [],
  );

/** As `lockInUse`, also against those who do so on another node of the database. */
async function holdInUse(tx: Statements) {
  await tx.execute("UPDATE root_key SET holds = holds + 1 WHERE state <> 'retired'", []);
  return lockInUse(tx);
}

async function insertProvider(tx: Statements, provider: NewProvider): Promise<void> {
  await tx.execute(
    'INSERT INTO root_key_provider (name, kind, recipient, parameters, protected_identity, enrolled_at) ' +
      'VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(3))',
    [provider.name, provider.kind, provider.recipient, JSON.stringify(provider.parameters), provider.protectedIdentity ?? null],
  );
}

async function insertWraps(tx: Statements, slot: number, wraps: Wraps): Promise<void> {
  for (const [provider, wrapped] of wraps) {
    await tx.execute('INSERT INTO root_key_wrap (slot, provider, wrapped) VALUES (?, ?, ?)', [slot, provider, wrapped]);
  }
}
