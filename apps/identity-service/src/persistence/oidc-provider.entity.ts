import { Column, Entity, PrimaryColumn } from 'typeorm';
import { jsonColumn } from './json-column';

@Entity('oidc_provider')
export class OidcProviderEntity {
  @PrimaryColumn({ type: 'varchar', length: 300 })
  arn!: string;

  @Column({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column({ type: 'varchar', length: 255 })
  issuer!: string;

  @Column(jsonColumn('client_ids'))
  clientIds!: string[];

  @Column(jsonColumn())
  thumbprints!: string[];

  @Column({ name: 'create_date', type: 'datetime', precision: 3 })
  createDate!: Date;
}
