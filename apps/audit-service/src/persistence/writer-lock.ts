import { type HotPool, Lease, type LeaseOptions } from '@strongroom/database';
import type { WriterLock } from '../domain/ingestion';

/** Of all processes one writes the chains. The tables' keys decide as well that no place of a chain is taken twice. */
export class DatabaseWriterLock extends Lease implements WriterLock {
  constructor(pool: HotPool, options: LeaseOptions = {}) {
    super(pool, 'chain', options);
  }
}
