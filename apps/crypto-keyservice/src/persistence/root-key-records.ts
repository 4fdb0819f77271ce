import type { Clock } from '@strongroom/clock';
import type { RootKeyRecords } from '@strongroom/envelope';
import type { DataSource } from 'typeorm';

/** Stores which root key seals the schema's key material. */
export class DatabaseRootKeyRecords implements RootKeyRecords {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** The fingerprint of the root key in use; an empty schema adopts the offered one. The primary key allows one row. */
  async adopt(fingerprint: string): Promise<string> {
    await this.dataSource.query('INSERT IGNORE INTO root_key (slot, fingerprint, created_at) VALUES (1, ?, ?)', [
      fingerprint,
      this.clock.now(),
    ]);
    const [row] = await this.dataSource.query<{ fingerprint: string }[]>('SELECT fingerprint FROM root_key WHERE slot = 1');
    return row!.fingerprint;
  }
}
