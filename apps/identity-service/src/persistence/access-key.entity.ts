import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('access_key')
export class AccessKeyEntity {
  @PrimaryColumn({ name: 'access_key_id', type: 'char', length: 20 })
  accessKeyId!: string;

  @Column({ name: 'user_id', type: 'char', length: 21 })
  userId!: string;

  @Column({ type: 'tinyint', unsigned: true, transformer: { to: Number, from: Boolean } })
  active!: boolean;

  @Column({ name: 'sealed_secret', type: 'varbinary', length: 255 })
  sealedSecret!: Buffer;

  @Column({ name: 'create_date', type: 'datetime', precision: 3 })
  createDate!: Date;
}
