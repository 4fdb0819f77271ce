import { Column, Entity } from 'typeorm';

@Entity({ name: 'rotation_function' })
export class RotationFunctionEntity {
  @Column({ name: 'account_id', type: 'char', length: 12, primary: true })
  accountId!: string;

  @Column({ type: 'varchar', length: 64, primary: true })
  name!: string;

  @Column({ type: 'varchar', length: 256 })
  description!: string;

  @Column({ type: 'varchar', length: 8 })
  kind!: 'grpc' | 'http';

  /** host:port, or the endpoint's URL. */
  @Column({ type: 'varchar', length: 2048 })
  address!: string;

  @Column({ name: 'server_uri', type: 'varchar', length: 2048 })
  serverUri!: string;

  @Column({ name: 'ca_pem', type: 'mediumtext' })
  caPem!: string;

  @Column({ name: 'timeout_ms', type: 'int', unsigned: true })
  timeoutMs!: number;

  @Column({ name: 'modified_at', type: 'datetime', precision: 3 })
  modifiedAt!: Date;
}
