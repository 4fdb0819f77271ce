import { Column, Entity } from 'typeorm';
import { asNumber } from './as-number';

@Entity({ name: 'rotation_request' })
export class RotationRequestEntity {
  @Column({ name: 'secret_id', type: 'bigint', unsigned: true, primary: true, transformer: asNumber })
  secretId!: number;

  @Column({ type: 'varchar', length: 64 })
  token!: string;

  @Column({ type: 'varchar', length: 8 })
  kind!: 'rotate' | 'test';

  @Column({ type: 'varchar', length: 16 })
  state!: 'open' | 'failed' | 'complete' | 'abandoned';

  @Column({ name: 'function_arn', type: 'varchar', length: 256 })
  functionArn!: string;

  @Column({ type: 'int', unsigned: true })
  attempt!: number;

  @Column({ name: 'requested_at', type: 'datetime', precision: 3 })
  requestedAt!: Date;

  @Column({ name: 'initiated_by', type: 'varchar', length: 2048 })
  initiatedBy!: string;

  @Column({ name: 'rotation_token', type: 'char', length: 36 })
  rotationToken!: string;
}
