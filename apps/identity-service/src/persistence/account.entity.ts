import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('account')
export class AccountEntity {
  @PrimaryColumn({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column({ name: 'display_name', type: 'varchar', length: 128 })
  displayName!: string;

  @Column({ name: 'create_date', type: 'datetime', precision: 3 })
  createDate!: Date;
}
