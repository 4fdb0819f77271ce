import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('managed_policy')
export class ManagedPolicyEntity {
  @PrimaryColumn({ type: 'char', length: 21 })
  id!: string;

  @Column({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'varchar', length: 512 })
  path!: string;

  @Column({ type: 'varchar', length: 700 })
  arn!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ name: 'default_version', type: 'int', unsigned: true })
  defaultVersion!: number;

  /** The highest version there ever was: a number is not given twice. */
  @Column({ name: 'latest_version', type: 'int', unsigned: true })
  latestVersion!: number;

  @Column({ name: 'create_date', type: 'datetime', precision: 3 })
  createDate!: Date;

  @Column({ name: 'update_date', type: 'datetime', precision: 3 })
  updateDate!: Date;
}
