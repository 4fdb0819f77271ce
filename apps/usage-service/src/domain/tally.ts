import type { Product } from '@strongroom/billing';
import type { CallCount, SecretRead } from './event-usage';
import { textKey } from './hashing/text-key';

/** Counters of calls that have everything but their number in common. */
export interface TallyRow {
  hour: number;
  operation: string;
  principal: string;
  /** ARN of a secret, or empty. */
  secret: string;
  calls: number;
  failed: number;
  billed: number;
  repeated: number;
}

export interface BilledRow {
  day: number;
  product: Product;
  quantity: number;
}

/** What a principal has last read of a secret. */
export interface Reader {
  principal: string;
  secret: string;
  /** Of the version's id. */
  versionKey: Buffer;
  at: Date;
}

export const readerKey = ({ principal, secret }: Pick<SecretRead, 'principal' | 'secret'>): string => `${principal}\n${secret}`;

/**
 * Adds up what events mean, so that many calls become few rows.
 */
export class Tally {
  private readonly byKey = new Map<string, TallyRow>();
  private readonly billedByKey = new Map<string, BilledRow>();
  /** By `readerKey`. */
  readonly readers = new Map<string, Reader>();
  /** The last read of each secret. */
  readonly lastReads = new Map<string, Date>();

  /** @param known what principals had read before, by `readerKey` */
  constructor(private readonly known: ReadonlyMap<string, Reader>) {}

  get rows(): TallyRow[] {
    return [...this.byKey.values()];
  }

  get billed(): BilledRow[] {
    return [...this.billedByKey.values()];
  }

  /**
   * @param hour in which the call counts
   * @param secret ARN of the secret that it counts for, or empty
   */
  addCall(call: CallCount, hour: number, secret: string): void {
    const row = this.rowOf({ hour, operation: call.operation, principal: call.principal, secret });
    row.calls += call.calls;
    row.failed += call.failed;
    if (call.product === undefined || call.calls === 0) return;
    row.billed += call.calls;
    const day = Math.floor(hour / 24);
    const key = `${day} ${call.product}`;
    const billed = this.billedByKey.get(key) ?? { day, product: call.product, quantity: 0 };
    billed.quantity += call.calls;
    this.billedByKey.set(key, billed);
  }

  /** @param of the call that it belongs to; undefined for a call of another account */
  addRead(read: SecretRead, of: { hour: number; operation: string; secret: string } | undefined): void {
    const last = this.lastReads.get(read.secret);
    if (!last || last < read.at) this.lastReads.set(read.secret, read.at);
    if (!of) return;
    const key = readerKey(read);
    const versionKey = textKey(read.versionId);
    const before = this.readers.get(key) ?? this.known.get(key);
    if (before?.versionKey.equals(versionKey)) this.rowOf({ ...of, principal: read.principal }).repeated++;
    this.readers.set(key, { principal: read.principal, secret: read.secret, versionKey, at: read.at });
  }

  private rowOf(of: Pick<TallyRow, 'hour' | 'operation' | 'principal' | 'secret'>): TallyRow {
    const key = [of.hour, of.operation, of.principal, of.secret].join('\n');
    let row = this.byKey.get(key);
    if (!row) this.byKey.set(key, (row = { ...of, calls: 0, failed: 0, billed: 0, repeated: 0 }));
    return row;
  }
}
