import type { HotPool } from '@strongroom/database';
import type { IdentityStore, SealedIdentity } from '../../domain/topics/signing-identity';

interface IdentityRow {
  slot: number;
  certificate_id: string;
  certificate_pem: string;
  sealed_key: Buffer;
}

export class DatabaseIdentityStore implements IdentityStore {
  constructor(private readonly pool: HotPool) {}

  async all(): Promise<SealedIdentity[]> {
    const rows = await this.pool.query<IdentityRow>(
      'SELECT slot, certificate_id, certificate_pem, sealed_key FROM signing_identity ORDER BY slot DESC',
      [],
    );
    return rows.map((row) => ({
      slot: row.slot,
      certificateId: row.certificate_id,
      certificatePem: row.certificate_pem,
      sealedKey: row.sealed_key,
    }));
  }

  async put({ slot, certificateId, certificatePem, sealedKey }: SealedIdentity): Promise<void> {
    await this.pool.transaction(({ execute }) =>
      execute('INSERT IGNORE INTO signing_identity (slot, certificate_id, certificate_pem, sealed_key) VALUES (?, ?, ?, ?)', [
        ...[slot, certificateId, certificatePem, sealedKey],
      ]),
    );
  }
}
