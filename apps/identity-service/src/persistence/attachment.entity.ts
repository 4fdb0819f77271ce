import { Entity, PrimaryColumn } from 'typeorm';

@Entity('attachment')
export class AttachmentEntity {
  @PrimaryColumn({ name: 'identity_id', type: 'char', length: 21 })
  identityId!: string;

  @PrimaryColumn({ name: 'policy_arn', type: 'varchar', length: 700 })
  policyArn!: string;
}
