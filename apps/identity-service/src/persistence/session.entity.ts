import { Column, Entity, PrimaryColumn } from 'typeorm';
import { HeldSource } from './held-source';
import { jsonColumn } from './json-column';

@Entity('session')
export class SessionEntity extends HeldSource {
  @PrimaryColumn({ name: 'access_key_id', type: 'char', length: 20 })
  accessKeyId!: string;

  @Column({ name: 'token_hash', type: 'binary', length: 32 })
  tokenHash!: Buffer;

  @Column({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column({ name: 'identity_id', type: 'char', length: 21 })
  identityId!: string;

  @Column({ name: 'session_name', type: 'varchar', length: 64, nullable: true })
  sessionName!: string | null;

  @Column({ type: 'varchar', length: 520 })
  source!: string;

  @Column(jsonColumn())
  tags!: { key: string; value: string }[];

  @Column(jsonColumn('transitive_tag_keys'))
  transitiveTagKeys!: string[];

  @Column(jsonColumn())
  policies!: { name: string; document: string }[];

  @Column(jsonColumn('policy_arns'))
  policyArns!: string[];

  @Column({ name: 'sealed_secret', type: 'varbinary', length: 255 })
  sealedSecret!: Buffer;

  @Column({ name: 'issue_time', type: 'datetime', precision: 3 })
  issueTime!: Date;

  @Column({ name: 'expire_time', type: 'datetime', precision: 3 })
  expireTime!: Date;

  @Column({ name: 'multi_factor_auth_time', type: 'datetime', precision: 3, nullable: true })
  multiFactorAuthTime!: Date | null;

  @Column({ name: 'source_ip_address', type: 'varchar', length: 45, nullable: true })
  sourceIpAddress!: string | null;

  @Column({ name: 'user_agent', type: 'varchar', length: 256, nullable: true })
  userAgent!: string | null;
}
