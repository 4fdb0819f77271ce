import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('key_material')
export class KeyMaterialEntity {
  @PrimaryColumn({ name: 'key_id', type: 'char', length: 36 })
  keyId!: string;

  @PrimaryColumn({ type: 'int', unsigned: true })
  version!: number;

  /** Null if it was imported, and has expired or been deleted since. */
  @Column({ type: 'varbinary', length: 8192, nullable: true })
  wrapped!: Buffer | null;

  @Column({ name: 'public_key', type: 'varbinary', length: 3072, nullable: true })
  publicKey!: Buffer | null;

  /** 64 hex digits. Null for material of before there were ids, whose id follows from the material. */
  @Column({ name: 'material_id', type: 'char', length: 64, nullable: true })
  materialId!: string | null;

  /** AUTOMATIC or ON_DEMAND: what made it current. Null for the first one. */
  @Column({ name: 'rotation_type', type: 'varchar', length: 20, nullable: true })
  rotationType!: string | null;

  /** When it became current. Null for the first one, and for one that is not current yet. */
  @Column({ name: 'rotated_at', type: 'datetime', precision: 3, nullable: true })
  rotatedAt!: Date | null;

  /** Of imported material. */
  @Column({ type: 'varchar', length: 256, nullable: true })
  description!: string | null;

  /** Of imported material that expires. */
  @Column({ name: 'expires_at', type: 'datetime', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;
}
