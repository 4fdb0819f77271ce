import { Entity, PrimaryColumn } from 'typeorm';

@Entity('group_member')
export class GroupMemberEntity {
  @PrimaryColumn({ name: 'group_id', type: 'char', length: 21 })
  groupId!: string;

  @PrimaryColumn({ name: 'user_id', type: 'char', length: 21 })
  userId!: string;
}
