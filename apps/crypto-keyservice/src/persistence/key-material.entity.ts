import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('key_material')
export class KeyMaterialEntity {
  @PrimaryColumn({ name: 'key_id', type: 'char', length: 36 })
  keyId!: string;

  @PrimaryColumn({ type: 'int', unsigned: true })
  version!: number;

  @Column({ type: 'varbinary', length: 255 })
  wrapped!: Buffer;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt!: Date;
}
