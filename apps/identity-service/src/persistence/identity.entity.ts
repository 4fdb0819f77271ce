import { Column, Entity, PrimaryColumn } from 'typeorm';
import { jsonColumn } from './json-column';

/** A user, group or role; the last three columns are of roles. */
@Entity('identity')
export class IdentityEntity {
  @PrimaryColumn({ type: 'char', length: 21 })
  id!: string;

  @Column({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column({ type: 'varchar', length: 5 })
  kind!: 'user' | 'group' | 'role';

  @Column({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'varchar', length: 512 })
  path!: string;

  @Column({ name: 'create_date', type: 'datetime', precision: 3 })
  createDate!: Date;

  @Column({ name: 'permissions_boundary', type: 'varchar', length: 700, nullable: true })
  permissionsBoundary!: string | null;

  @Column(jsonColumn())
  tags!: { key: string; value: string }[];

  @Column({ name: 'trust_policy', type: 'mediumtext', nullable: true })
  trustPolicy!: string | null;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  @Column({ name: 'max_session_duration', type: 'int', unsigned: true, nullable: true })
  maxSessionDuration!: number | null;
}
