import { type HotPool, isDuplicateKey } from '@strongroom/database';
import type { IdentityStore, SealedIdentity } from '../../domain/topics/signing-identity';

interface IdentityRow {
  certificate_id: string;
  certificate_pem: string;
  sealed_key: Buffer;
}

const SLOT = 1;

export class DatabaseIdentityStore implements IdentityStore {
  constructor(private readonly pool: HotPool) {}

  async find(): Promise<SealedIdentity | undefined> {
    const [row] = await this.pool.query<IdentityRow>(
      'SELECT certificate_id, certificate_pem, sealed_key FROM signing_identity WHERE slot = ?',
      [SLOT],
    );
    return row && { certificateId: row.certificate_id, certificatePem: row.certificate_pem, sealedKey: row.sealed_key };
  }

  async putFirst(identity: SealedIdentity): Promise<SealedIdentity> {
    const { certificateId, certificatePem, sealedKey } = identity;
    try {
      await this.pool.transaction(({ execute }) =>
        execute('INSERT INTO signing_identity (slot, certificate_id, certificate_pem, sealed_key) VALUES (?, ?, ?, ?)', [
          ...[SLOT, certificateId, certificatePem, sealedKey],
        ]),
      );
      return identity;
    } catch (error) {
      const first = isDuplicateKey(error) ? await this.find() : undefined;
      if (first === undefined) throw error;
      return first;
    }
  }
}
