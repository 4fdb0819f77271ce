import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('login_profile')
export class LoginProfileEntity {
  @PrimaryColumn({ name: 'user_id', type: 'char', length: 21 })
  userId!: string;

  @Column({ name: 'create_date', type: 'datetime', precision: 3 })
  createDate!: Date;

  @Column({ name: 'reset_required', type: 'tinyint', unsigned: true, transformer: { to: Number, from: Boolean } })
  resetRequired!: boolean;

  @Column({ type: 'int', unsigned: true })
  generation!: number;
}

@Entity('password_hash')
export class PasswordHashEntity {
  @PrimaryColumn({ name: 'user_id', type: 'char', length: 21 })
  userId!: string;

  @PrimaryColumn({ type: 'int', unsigned: true })
  generation!: number;

  @Column({ name: 'sealed_hash', type: 'varbinary', length: 255 })
  sealedHash!: Buffer;

  @Column({ name: 'set_at', type: 'datetime', precision: 3 })
  setAt!: Date;
}
