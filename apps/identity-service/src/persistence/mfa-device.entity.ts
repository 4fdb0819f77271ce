import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('mfa_device')
export class MfaDeviceEntity {
  @PrimaryColumn({ name: 'serial_number', type: 'varchar', length: 800 })
  serialNumber!: string;

  @Column({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column({ name: 'user_id', type: 'char', length: 21, nullable: true })
  userId!: string | null;

  @Column({ name: 'sealed_seed', type: 'varbinary', length: 255 })
  sealedSeed!: Buffer;

  @Column({ name: 'create_date', type: 'datetime', precision: 3 })
  createDate!: Date;

  @Column({ name: 'enable_date', type: 'datetime', precision: 3, nullable: true })
  enableDate!: Date | null;

  @Column({ type: 'int' })
  drift!: number;

  @Column({ name: 'last_step', type: 'bigint', unsigned: true, transformer: { to: Number, from: Number } })
  lastStep!: number;
}
