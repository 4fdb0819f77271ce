import { Coalescer } from '@strongroom/coalesce';
import type { HotPool } from './hot-pool';

export interface BatchedLookupOptions<Key, Row> {
  pool: HotPool;
  /** Keys in one statement at the most, default 64. */
  maxBatch?: number;
  /** The statement for `size` keys, usually with `IN (?, …)`; called once for each size. */
  statement(size: number): string;
  /** The statement's parameters, for exactly as many keys as `statement` was asked for. */
  parameters(keys: readonly Key[]): unknown[];
  /** For each key its rows, in the order of the keys. */
  assign(keys: readonly Key[], rows: Row[]): Row[][];
}

/**
 * Looks up by key: everybody who asks in one turn of the event loop shares one statement. Nothing is cached.
 *
 * Sizes are padded to powers of two with the last key again, so that a handful of prepared statements serve all loads.
 */
export class BatchedLookup<Key, Row> {
  private readonly coalescer: Coalescer<Key, Row[]>;
  private readonly statements = new Map<number, string>();

  constructor(private readonly options: BatchedLookupOptions<Key, Row>) {
    this.coalescer = new Coalescer({ maxBatch: options.maxBatch ?? 64, run: (keys) => this.run(keys) });
  }

  find(key: Key): Promise<Row[]> {
    return this.coalescer.ask(key);
  }

  private async run(keys: readonly Key[]): Promise<Row[][]> {
    const size = 2 ** Math.ceil(Math.log2(keys.length));
    const padded = size === keys.length ? keys : [...keys, ...Array<Key>(size - keys.length).fill(keys[keys.length - 1]!)];
    const rows = await this.options.pool.query<Row>(this.statementFor(size), this.options.parameters(padded));
    return this.options.assign(keys, rows);
  }

  private statementFor(size: number): string {
    let statement = this.statements.get(size);
    if (statement === undefined) {
      statement = this.options.statement(size);
      this.statements.set(size, statement);
    }
    return statement;
  }
}
