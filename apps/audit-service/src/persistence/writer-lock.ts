import { type HotPool, NamedLock } from '@strongroom/database';
import type { WriterLock } from '../domain/ingestion';

/** Spares two processes the same work; the table's key decides that no place of a chain is taken twice. */
export class DatabaseWriterLock extends NamedLock implements WriterLock {
  constructor(pool: HotPool) {
    super(pool, 'chain');
  }
}
