import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('passkey')
export class PasskeyEntity {
  @PrimaryColumn({ name: 'serial_number', type: 'varchar', length: 256 })
  serialNumber!: string;

  @Column({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column({ name: 'user_id', type: 'char', length: 21 })
  userId!: string;

  @Column({ name: 'credential_id', type: 'varbinary', length: 1023 })
  credentialId!: Buffer;

  @Column({ name: 'public_key', type: 'varbinary', length: 2048 })
  publicKey!: Buffer;

  @Column({ name: 'sign_count', type: 'bigint', unsigned: true, transformer: { to: Number, from: Number } })
  signCount!: number;

  /** Joined by commas. */
  @Column({ type: 'varchar', length: 255 })
  transports!: string;

  @Column({ name: 'create_date', type: 'datetime', precision: 3 })
  createDate!: Date;
}
