import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('customer_key')
export class CustomerKeyEntity {
  @PrimaryColumn({ name: 'key_id', type: 'char', length: 36 })
  keyId!: string;

  @Column({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column({ type: 'varchar', length: 20 })
  state!: string;

  @Column({ type: 'varchar', length: 20 })
  manager!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'text' })
  policy!: string;

  /** A JSON object, so that the single read of every use of a key also gets its tags. */
  @Column({ type: 'mediumtext' })
  tags!: string;

  @Column({ name: 'current_material', type: 'int', unsigned: true })
  currentMaterial!: number;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'tracked_since', type: 'datetime', precision: 3 })
  trackedSince!: Date;

  @Column({ name: 'key_spec', type: 'varchar', length: 30 })
  spec!: string;

  @Column({ name: 'key_usage', type: 'varchar', length: 30 })
  usage!: string;

  @Column({ type: 'varchar', length: 20 })
  origin!: string;

  @Column({ name: 'deletion_at', type: 'datetime', precision: 3, nullable: true })
  deletionAt!: Date | null;

  /** Until when all its material is there. Null: for good. Past: some of it has expired or been deleted, or never came. */
  @Column({ name: 'material_until', type: 'datetime', precision: 3, nullable: true })
  materialUntil!: Date | null;

  /** Of a key that rotates by itself. */
  @Column({ name: 'rotation_period_days', type: 'int', unsigned: true, nullable: true })
  rotationPeriodDays!: number | null;

  @Column({ name: 'next_rotation_at', type: 'datetime', precision: 3, nullable: true })
  nextRotationAt!: Date | null;
}
