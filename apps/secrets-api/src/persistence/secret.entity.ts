import { Column, Entity, PrimaryGeneratedColumn, VersionColumn } from 'typeorm';
import { asNumber } from './as-number';
import { RotationRequestEntity } from './rotation-request.entity';

@Entity({ name: 'secret' })
export class SecretEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id!: number;

  @Column({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column({ type: 'varchar', length: 32 })
  region!: string;

  @Column({ type: 'varchar', length: 512 })
  name!: string;

  @Column({ name: 'arn_suffix', type: 'char', length: 6 })
  arnSuffix!: string;

  @Column({ type: 'varchar', length: 2048 })
  description!: string;

  @Column({ name: 'kms_key_arn', type: 'varchar', length: 256, nullable: true })
  kmsKeyArn!: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'last_changed_at', type: 'datetime', precision: 3 })
  lastChangedAt!: Date;

  @Column({ name: 'deleted_at', type: 'datetime', precision: 3, nullable: true })
  deletedAt!: Date | null;

  @Column({ name: 'purge_at', type: 'datetime', precision: 3, nullable: true })
  purgeAt!: Date | null;

  @Column({ name: 'owning_service', type: 'varchar', length: 128, nullable: true })
  owningService!: string | null;

  @Column({ name: 'resource_policy', type: 'mediumtext', nullable: true })
  resourcePolicy!: string | null;

  @Column({ name: 'creation_token', type: 'varchar', length: 64 })
  creationToken!: string;

  @Column({ name: 'rotation_function_arn', type: 'varchar', length: 256, nullable: true })
  rotationFunctionArn!: string | null;

  @Column({ name: 'rotation_enabled', type: 'boolean', default: false })
  rotationEnabled!: boolean;

  @Column({ name: 'rotation_rules', type: 'varchar', length: 512, nullable: true })
  rotationRules!: string | null;

  @Column({ name: 'last_rotated_at', type: 'datetime', precision: 3, nullable: true })
  lastRotatedAt!: Date | null;

  @Column({ name: 'next_rotation_at', type: 'datetime', precision: 3, nullable: true })
  nextRotationAt!: Date | null;

  @Column({ name: 'next_rotation_by', type: 'datetime', precision: 3, nullable: true })
  nextRotationBy!: Date | null;

  @VersionColumn({ name: 'row_version', type: 'int', unsigned: true })
  rowVersion!: number;
}

@Entity({ name: 'secret_version' })
export class VersionEntity {
  @Column({ name: 'secret_id', type: 'bigint', unsigned: true, primary: true, transformer: asNumber })
  secretId!: number;

  @Column({ name: 'version_id', type: 'varchar', length: 64, primary: true })
  versionId!: string;

  @Column({ name: 'wrapped_data_key', type: 'varbinary', length: 1024, nullable: true })
  wrappedDataKey!: Buffer | null;

  @Column({ type: 'mediumblob', nullable: true })
  ciphertext!: Buffer | null;

  @Column({ name: 'kms_key_arn', type: 'varchar', length: 256, nullable: true })
  kmsKeyArn!: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'last_accessed_on', type: 'date', default: '1970-01-01' })
  lastAccessedOn!: string;
}

@Entity({ name: 'version_label' })
export class LabelEntity {
  @Column({ name: 'secret_id', type: 'bigint', unsigned: true, primary: true, transformer: asNumber })
  secretId!: number;

  @Column({ type: 'varchar', length: 256, primary: true })
  label!: string;

  @Column({ name: 'version_id', type: 'varchar', length: 64 })
  versionId!: string;
}

@Entity({ name: 'secret_tag' })
export class TagEntity {
  @Column({ name: 'secret_id', type: 'bigint', unsigned: true, primary: true, transformer: asNumber })
  secretId!: number;

  @Column({ name: 'tag_key', type: 'varchar', length: 128, primary: true })
  key!: string;

  @Column({ name: 'tag_value', type: 'varchar', length: 256 })
  value!: string;
}

export const entities = [SecretEntity, VersionEntity, LabelEntity, TagEntity, RotationRequestEntity];
