import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PasswordPolicy } from '../domain/password-policy';
import { jsonColumn } from './json-column';

@Entity('password_policy')
export class PasswordPolicyEntity {
  @PrimaryColumn({ name: 'account_id', type: 'char', length: 12 })
  accountId!: string;

  @Column(jsonColumn())
  policy!: PasswordPolicy;
}
