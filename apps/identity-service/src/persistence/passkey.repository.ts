import { isDuplicateKey } from '@strongroom/database';
import type { EntityManager } from 'typeorm';
import { type Passkey, passkeyExists } from '../domain/passkey';
import type { Lock, Passkeys } from '../domain/store.port';
import { PasskeyEntity } from './passkey.entity';
import { lockedOne } from './row-lock';

export class DatabasePasskeys implements Passkeys {
  constructor(private readonly manager: EntityManager) {}

  async add(passkey: Passkey): Promise<void> {
    try {
      await this.manager.insert(PasskeyEntity, { ...passkey, transports: passkey.transports.join(',') });
    } catch (error) {
      if (isDuplicateKey(error)) throw passkeyExists(passkey.serialNumber);
      throw error;
    }
  }

  async find(serialNumber: string, lock?: Lock): Promise<Passkey | undefined> {
    const query = this.manager.createQueryBuilder(PasskeyEntity, 'p').where('p.serial_number = :serialNumber', { serialNumber });
    const row = await lockedOne(this.manager, query, lock);
    return row && toPasskey(row);
  }

  async of(userId: string): Promise<Passkey[]> {
    return (await this.manager.find(PasskeyEntity, { where: { userId }, order: { serialNumber: 'ASC' } })).map(toPasskey);
  }

  async setSignCount(serialNumber: string, signCount: number): Promise<void> {
    await this.manager.update(PasskeyEntity, { serialNumber }, { signCount });
  }

  async remove(serialNumber: string): Promise<void> {
    await this.manager.delete(PasskeyEntity, { serialNumber });
  }

  async useChallenge(challengeHash: Buffer, expireTime: Date): Promise<boolean> {
    try {
      await this.manager.query('INSERT INTO used_challenge (challenge_hash, expire_time) VALUES (?, ?)', [
        challengeHash,
        expireTime,
      ]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

const toPasskey = ({ transports, ...row }: PasskeyEntity): Passkey => ({
  ...row,
  transports: transports === '' ? [] : transports.split(','),
});
