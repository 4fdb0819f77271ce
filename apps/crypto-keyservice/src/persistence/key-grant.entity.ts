import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('key_grant')
export class KeyGrantEntity {
  /** 64 hex digits. */
  @PrimaryColumn({ name: 'grant_id', type: 'char', length: 64 })
  grantId!: string;

  @Column({ name: 'key_id', type: 'char', length: 36 })
  keyId!: string;

  /** The account whose principal made it. */
  @Column({ name: 'issuing_account', type: 'char', length: 12 })
  issuingAccountId!: string;

  @Column({ type: 'varchar', length: 256, nullable: true })
  name!: string | null;

  /** The ARN of a principal, or the name of a service. */
  @Column({ type: 'varchar', length: 256 })
  grantee!: string;

  @Column({ type: 'varchar', length: 256, nullable: true })
  retiring!: string | null;

  /** Names, with commas between them. */
  @Column({ type: 'varchar', length: 512 })
  operations!: string;

  /** Digests of the pairs that the encryption context must have, with commas between them. */
  @Column({ name: 'context_pairs', type: 'varchar', length: 512 })
  contextPairs!: string;

  /** Whether it may have no others. */
  @Column({ name: 'context_exact', type: 'boolean' })
  contextExact!: boolean;

  @Column({ name: 'source_arn', type: 'varchar', length: 512, nullable: true })
  sourceArn!: string | null;

  /** The pairs themselves, for those who list grants: a JSON object. */
  @Column({ name: 'encryption_context', type: 'text' })
  encryptionContext!: string;

  /** Authenticates the grant's tokens, which allow nobody anything that the grant does not: no root key seals it. */
  @Column({ name: 'token_key', type: 'binary', length: 32 })
  tokenKey!: Buffer;

  /** Of a grant with a name: the same request finds it by this. */
  @Column({ name: 'request_hash', type: 'binary', length: 32, nullable: true })
  requestHash!: Buffer | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;
}
