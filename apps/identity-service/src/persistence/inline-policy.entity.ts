import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('inline_policy')
export class InlinePolicyEntity {
  @PrimaryColumn({ name: 'identity_id', type: 'char', length: 21 })
  identityId!: string;

  @PrimaryColumn({ type: 'varchar', length: 128 })
  name!: string;

  @Column({ type: 'mediumtext' })
  document!: string;
}
