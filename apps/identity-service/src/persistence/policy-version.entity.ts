import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('policy_version')
export class PolicyVersionEntity {
  @PrimaryColumn({ name: 'policy_id', type: 'char', length: 21 })
  policyId!: string;

  @PrimaryColumn({ type: 'int', unsigned: true })
  version!: number;

  @Column({ type: 'mediumtext' })
  document!: string;

  @Column({ name: 'create_date', type: 'datetime', precision: 3 })
  createDate!: Date;
}
