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
}
