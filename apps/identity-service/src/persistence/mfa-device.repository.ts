import { isDuplicateKey } from '@strongroom/database';
import { type EntityManager, IsNull, MoreThan, Not } from 'typeorm';
import { mfaDeviceExists, type MfaDevice } from '../domain/mfa-device';
import { cutPage, type Page, type PageRequest } from '../domain/paging';
import type { Lock, MfaDevices } from '../domain/store.port';
import { MfaDeviceEntity } from './mfa-device.entity';
import { lockedOne } from './row-lock';

export class DatabaseMfaDevices implements MfaDevices {
  constructor(private readonly manager: EntityManager) {}

  async add(device: MfaDevice): Promise<void> {
    try {
      await this.manager.insert(MfaDeviceEntity, toRow(device));
    } catch (error) {
      if (isDuplicateKey(error)) throw mfaDeviceExists(device.serialNumber);
      throw error;
    }
  }

  async find(serialNumber: string, lock?: Lock): Promise<MfaDevice | undefined> {
    const query = this.manager
      .createQueryBuilder(MfaDeviceEntity, 'd')
      .where('d.serial_number = :serialNumber', { serialNumber });
    const row = await lockedOne(this.manager, query, lock);
    return row && toDevice(row);
  }

  async of(userId: string): Promise<MfaDevice[]> {
    return (await this.manager.find(MfaDeviceEntity, { where: { userId }, order: { serialNumber: 'ASC' } })).map(toDevice);
  }

  count(accountId: string): Promise<number> {
    return this.manager.countBy(MfaDeviceEntity, { accountId });
  }

  async list(accountId: string, assigned: boolean | undefined, page: PageRequest): Promise<Page<MfaDevice>> {
    const rows = await this.manager.find(MfaDeviceEntity, {
      where: {
        accountId,
        ...(assigned === undefined ? {} : { userId: assigned ? Not(IsNull()) : IsNull() }),
        ...(page.after === undefined ? {} : { serialNumber: MoreThan(page.after) }),
      },
      order: { serialNumber: 'ASC' },
      take: page.size + 1,
    });
    return cutPage(rows.map(toDevice), page.size);
  }

  async update(device: MfaDevice): Promise<void> {
    const { userId, enableDate, drift, lastStep } = toRow(device);
    await this.manager.update(MfaDeviceEntity, { serialNumber: device.serialNumber }, { userId, enableDate, drift, lastStep });
  }

  async remove(serialNumber: string): Promise<void> {
    await this.manager.delete(MfaDeviceEntity, { serialNumber });
  }
}

const toRow = (device: MfaDevice): MfaDeviceEntity => ({
  ...device,
  userId: device.userId ?? null,
  enableDate: device.enableDate ?? null,
});

const toDevice = ({ userId, enableDate, ...row }: MfaDeviceEntity): MfaDevice => ({
  ...row,
  userId: userId ?? undefined,
  enableDate: enableDate ?? undefined,
});
