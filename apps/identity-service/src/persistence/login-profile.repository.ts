import { isDuplicateKey } from '@strongroom/database';
import type { EntityManager } from 'typeorm';
import { loginProfileExists } from '../domain/login-profile';
import type { Lock, LoginProfile, LoginProfiles, StoredPassword } from '../domain/store.port';
import { LoginProfileEntity, PasswordHashEntity } from './login-profile.entity';
import { lockedOne } from './row-lock';

export class DatabaseLoginProfiles implements LoginProfiles {
  constructor(private readonly manager: EntityManager) {}

  async add(profile: LoginProfile, userName: string): Promise<void> {
    try {
      await this.manager.insert(LoginProfileEntity, profile);
    } catch (error) {
      if (isDuplicateKey(error)) throw loginProfileExists(userName);
      throw error;
    }
  }

  async find(userId: string, lock?: Lock): Promise<LoginProfile | undefined> {
    const query = this.manager.createQueryBuilder(LoginProfileEntity, 'l').where('l.user_id = :userId', { userId });
    const profile = await lockedOne(this.manager, query, lock);
    // Sessions end with the password that they began with, which changes the row and does not remove it.
    if (profile && lock) await this.manager.query('UPDATE login_profile SET holds = holds + 1 WHERE user_id = ?', [userId]);
    return profile;
  }

  async update({ userId, resetRequired, generation }: LoginProfile): Promise<void> {
    await this.manager.update(LoginProfileEntity, { userId }, { resetRequired, generation });
  }

  async remove(userId: string): Promise<void> {
    await this.manager.delete(LoginProfileEntity, { userId });
  }

  async addPassword(password: StoredPassword): Promise<void> {
    await this.manager.insert(PasswordHashEntity, password);
  }

  passwords(userId: string, most: number): Promise<StoredPassword[]> {
    return this.manager.find(PasswordHashEntity, { where: { userId }, order: { generation: 'DESC' }, take: most });
  }

  async removePasswordsUpTo(userId: string, generation: number): Promise<void> {
    await this.manager.query('DELETE FROM password_hash WHERE user_id = ? AND generation <= ?', [userId, generation]);
  }
}
