import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('certificate_binding')
export class CertificateBindingEntity {
  @PrimaryColumn({ type: 'varchar', length: 512 })
  uri!: string;

  @Column({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column({ name: 'identity_id', type: 'char', length: 21 })
  identityId!: string;

  @Column({ name: 'create_date', type: 'datetime', precision: 3 })
  createDate!: Date;
}
