import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('key_alias')
export class KeyAliasEntity {
  @PrimaryColumn({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @PrimaryColumn({ type: 'varchar', length: 256 })
  name!: string;

  @Column({ name: 'key_id', type: 'char', length: 36 })
  keyId!: string;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt!: Date;
}
