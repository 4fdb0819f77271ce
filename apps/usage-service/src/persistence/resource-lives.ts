import type { Statements } from '@strongroom/database';
import { HOUR } from '@strongroom/clock';
import { accountOf, type LifeChange, type ResourceKind } from '../domain/event-usage';
import { textKey } from '../domain/hashing/text-key';
import { hourMark } from '../domain/life';
import { insertRows, inGroups } from './many-rows';
import { questionMarks } from '@strongroom/database';

interface ResourceRow {
  resource_key: Buffer;
  created_at: Date | null;
  is_charged: number;
  last_read_at: Date | null;
}

interface LifeRow {
  resource_key: Buffer;
  opened_at: Date;
  opened_by: Buffer;
  closed_at: Date | null;
  account_id: string;
  kind: ResourceKind;
}

/** A resource, as far as a batch of events has told of it. */
interface Known {
  key: Buffer;
  createdAt: Date | undefined;
  isCharged: boolean;
  lastReadAt: Date | undefined;
}

/** Reads are noted this often for a secret. Milliseconds. */
const NOTING_MS = HOUR;

/** The lives of secrets and keys in the transaction of a batch of events, which it reads with one statement. */
export class ResourceLives {
  private readonly known = new Map<string, Known>();
  private readonly standing = new Map<string, number>();

  /** @param firstHour the first hour that is not in a closed month */
  constructor(
    private readonly tx: Statements,
    private readonly accountId: string,
    private readonly firstHour: number,
  ) {}

  async load(arns: Iterable<string>): Promise<void> {
    const byKey = new Map([...new Set(arns)].map((arn) => [textKey(arn).toString('hex'), arn]));
    const keys = [...byKey.keys()].map((key) => Buffer.from(key, 'hex'));
    for (const group of inGroups(keys)) {
      const rows = await this.tx.query<ResourceRow>(
        `SELECT resource_key, created_at, is_charged, last_read_at FROM resource WHERE resource_key IN (${questionMarks(group.length)})`,
        group,
      );
      for (const row of rows) {
        this.known.set(byKey.get(row.resource_key.toString('hex'))!, {
          key: row.resource_key,
          createdAt: row.created_at ?? undefined,
          isCharged: row.is_charged === 1,
          lastReadAt: row.last_read_at ?? undefined,
        });
      }
    }
  }

  isKnown(arn: string): boolean {
    return this.known.has(arn);
  }

  /** A change that does not change anything, such as a second deletion, does nothing. */
  async apply({ kind, arn, change, at, eventId }: LifeChange): Promise<void> {
    const known = this.known.get(arn);
    if (change === 'ended') {
      if (known?.isCharged) await this.close(kind, arn, known, at, eventId);
    } else if (!known) {
      await this.add(kind, arn, at, eventId);
    } else if (!known.isCharged && (change === 'restored' || !known.createdAt)) {
      await this.open(kind, arn, known, at, eventId);
    }
  }

  /**
   * A secret was read, so it exists. Its own account's trail decides from when on it is charged: from here on if nothing told of
   * it before.
   */
  async seen(arn: string, at: Date, eventId: string): Promise<void> {
    if (accountOf(arn) === this.accountId) return this.apply({ kind: 'secret', arn, change: 'created', at, eventId });
    if (this.known.has(arn)) return;
    const key = textKey(arn);
    await this.tx.execute(
      'INSERT IGNORE INTO resource (resource_key, account_id, kind, arn, is_charged) VALUES (?, ?, ?, ?, 0)',
      [key, accountOf(arn), 'secret', arn],
    );
    this.known.set(arn, { key, createdAt: undefined, isCharged: false, lastReadAt: undefined });
  }

  /** Its tags are to be read again. A secret that nothing has told of before is read when something does. */
  async tagged(arn: string, at: Date): Promise<void> {
    const known = this.known.get(arn);
    if (!known) return;
    await this.tx.execute(
      'UPDATE resource SET tags_changed_at = GREATEST(COALESCE(tags_changed_at, ?), ?) WHERE resource_key = ?',
      [at, at, known.key],
    );
  }

  /** Undoes what an event did that did not happen after all. */
  async takeBack(eventId: string): Promise<void> {
    const id = idOf(eventId);
    const columns = 'l.resource_key, l.opened_at, l.opened_by, l.closed_at, r.account_id, r.kind';
    const find = (column: 'opened_by' | 'closed_by') =>
      this.tx.query<LifeRow>(
        `SELECT ${columns} FROM resource_life l JOIN resource r USING (resource_key) WHERE l.${column} = ?`,
        [id],
      );
    for (const life of await find('opened_by')) {
      if (life.account_id !== this.accountId) continue;
      this.stand(life.kind, life.opened_at, -1);
      if (life.closed_at) this.stand(life.kind, life.closed_at, 1);
      await this.tx.execute('DELETE FROM resource_life WHERE resource_key = ? AND opened_by = ?', [life.resource_key, id]);
      await this.settle(life.resource_key);
    }
    for (const life of await find('closed_by')) {
      if (life.account_id !== this.accountId) continue;
      this.stand(life.kind, life.closed_at!, 1);
      await this.tx.execute(
        'UPDATE resource_life SET closed_at = NULL, closed_by = NULL WHERE resource_key = ? AND opened_at = ? AND opened_by = ?',
        [life.resource_key, life.opened_at, life.opened_by],
      );
      await this.settle(life.resource_key);
    }
  }

  /** @param reads the last one of each secret */
  async noteReads(reads: ReadonlyMap<string, Date>): Promise<void> {
    for (const [arn, at] of reads) {
      const known = this.known.get(arn);
      if (!known || (known.lastReadAt && at.getTime() - known.lastReadAt.getTime() < NOTING_MS)) continue;
      await this.tx.execute('UPDATE resource SET last_read_at = ?, idle_since = ? WHERE resource_key = ?', [at, at, known.key]);
    }
  }

  /** Writes how the numbers of resources have changed. */
  async writeStanding(): Promise<void> {
    const rows = [...this.standing].filter(([, delta]) => delta !== 0);
    await insertRows(
      this.tx,
      'INSERT INTO standing_change (account_id, kind, hour, delta)',
      rows.map(([key, delta]) => {
        const [kind, hour] = key.split(' ');
        return [this.accountId, kind, Number(hour), delta];
      }),
      'ON DUPLICATE KEY UPDATE delta = delta + VALUES(delta)',
    );
  }

  private async add(kind: ResourceKind, arn: string, at: Date, eventId: string): Promise<void> {
    const known = { key: textKey(arn), createdAt: at, isCharged: true, lastReadAt: undefined };
    await this.tx.execute(
      `INSERT INTO resource (resource_key, account_id, kind, arn, created_at, is_charged, idle_since, tags_changed_at)
       VALUES (?, ?, ?, ?, ?, 1, ?, ?)`,
      [known.key, this.accountId, kind, arn, at, at, kind === 'secret' ? at : null],
    );
    this.known.set(arn, known);
    await this.begin(kind, known, at, eventId);
  }

  private async open(kind: ResourceKind, arn: string, known: Known, at: Date, eventId: string): Promise<void> {
    await this.tx.execute(
      `UPDATE resource SET is_charged = 1, created_at = COALESCE(created_at, ?), idle_since = COALESCE(idle_since, ?),
         tags_changed_at = ?
       WHERE resource_key = ?`,
      [at, at, kind === 'secret' ? at : null, known.key],
    );
    this.known.set(arn, { ...known, createdAt: known.createdAt ?? at, isCharged: true });
    await this.begin(kind, known, at, eventId);
  }

  private async begin(kind: ResourceKind, { key }: Known, at: Date, eventId: string): Promise<void> {
    await this.tx.execute('INSERT INTO resource_life (resource_key, opened_at, opened_by) VALUES (?, ?, ?)', [
      key,
      at,
      idOf(eventId),
    ]);
    this.stand(kind, at, 1);
  }

  private async close(kind: ResourceKind, arn: string, known: Known, at: Date, eventId: string): Promise<void> {
    const [life] = await this.tx.query<{ opened_at: Date }>(
      'SELECT opened_at FROM resource_life WHERE resource_key = ? AND closed_at IS NULL',
      [known.key],
    );
    // Clocks differ a little: nothing ends before it began.
    const closedAt = life && life.opened_at > at ? life.opened_at : at;
    await this.tx.execute('UPDATE resource_life SET closed_at = ?, closed_by = ? WHERE resource_key = ? AND closed_at IS NULL', [
      closedAt,
      idOf(eventId),
      known.key,
    ]);
    await this.tx.execute('UPDATE resource SET is_charged = 0 WHERE resource_key = ?', [known.key]);
    this.known.set(arn, { ...known, isCharged: false });
    this.stand(kind, closedAt, -1);
  }

  /** Makes the resource what its life says. */
  private async settle(key: Buffer): Promise<void> {
    const life = `SELECT COUNT(*) FROM resource_life l WHERE l.resource_key = resource.resource_key`;
    await this.tx.execute(
      `UPDATE resource SET
         is_charged = (${life} AND l.closed_at IS NULL) > 0,
         created_at = IF((${life}) = 0, NULL, created_at)
       WHERE resource_key = ?`,
      [key],
    );
    const [arn] = [...this.known].find(([, known]) => known.key.equals(key)) ?? [];
    if (arn !== undefined) await this.load([arn]);
  }

  private stand(kind: ResourceKind, at: Date, delta: number): void {
    const key = `${kind} ${Math.max(hourMark(at), this.firstHour)}`;
    this.standing.set(key, (this.standing.get(key) ?? 0) + delta);
  }
}

const idOf = (eventId: string): Buffer => Buffer.from(eventId.replaceAll('-', ''), 'hex');
