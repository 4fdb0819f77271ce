import { Column, Entity, PrimaryColumn } from 'typeorm';
import { HeldSource } from './held-source';

@Entity('sign_in_link')
export class SignInLinkEntity extends HeldSource {
  @PrimaryColumn({ name: 'token_hash', type: 'binary', length: 32 })
  tokenHash!: Buffer;

  @Column({ name: 'user_id', type: 'char', length: 21 })
  userId!: string;

  @Column({ type: 'varchar', length: 520 })
  source!: string;

  @Column({ name: 'expire_time', type: 'datetime', precision: 3 })
  expireTime!: Date;
}
