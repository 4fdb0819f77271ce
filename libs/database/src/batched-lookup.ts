import { Coalescer } from '@strongroom/coalesce';
import type { HotPool } from './hot-pool';
import { padded } from './padded';

export interface BatchedLookupOptions<Key, Row> {
  /** A pool, or the statements of a transaction. */
  pool: Pick<HotPool, 'query'>;
  /** The most keys in one statement, default 64. */
  maxBatch?: number;
  /** The statement for `size` keys, usually with `IN (?, …)`; called once for each size. */
  statement(size: number): string;
  /** The statement's parameters, for exactly as many keys as `statement` received. */
  parameters(keys: readonly Key[]): unknown[];
  /** The rows of each key, in the order of the keys. */
  assign(keys: readonly Key[], rows: Row[]): Row[][];
}

/** The number of statements at a time; further lookups wait for the next one. */
const MAX_STATEMENTS = 2;

/**
 * Looks rows up by key: all lookups in one turn of the event loop share one statement. Nothing is cached. Sizes are padded to
 * powers of two, so that a few prepared statements serve all loads.
 */
export class BatchedLookup<Key, Row> {
  private readonly coalescer: Coalescer<Key, Row[]>;
  private readonly statements = new Map<number, string>();

  constructor(private readonly options: BatchedLookupOptions<Key, Row>) {
    this.coalescer = new Coalescer({
      maxBatch: options.maxBatch ?? 64,
      maxInFlight: MAX_STATEMENTS,
      run: (keys) => this.run(keys),
    });
  }

  find(key: Key): Promise<Row[]> {
    return this.coalescer.ask(key);
  }

  private async run(keys: readonly Key[]): Promise<Row[][]> {
    const asked = padded(keys);
    const rows = await this.options.pool.query<Row>(this.statementFor(asked.length), this.options.parameters(asked));
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
