import { Column, type EntityManager } from 'typeorm';
import { CertificateBindingEntity } from './certificate-binding.entity';

/** Refers to the lasting credential that a session or a link began with. Written, never read. */
export class HeldSource {
  @Column({ name: 'source_key', type: 'char', length: 20, nullable: true, select: false })
  sourceKey?: string | null;

  @Column({ name: 'source_binding', type: 'varchar', length: 512, nullable: true, select: false })
  sourceBinding?: string | null;

  @Column({ name: 'source_login', type: 'char', length: 21, nullable: true, select: false })
  sourceLogin?: string | null;

  @Column({ name: 'source_provider', type: 'varchar', length: 300, nullable: true, select: false })
  sourceProvider?: string | null;
}

/**
 * The foreign keys of a new session or link. By them the transaction that writes it collides with one on another node that
 * removes the credential: one of the two is repeated, and sees what the other did. Two that refer to it do not collide.
 *
 * @param source as in `Session.source`
 */
export async function heldSource(manager: EntityManager, source: string): Promise<HeldSource> {
  const [kind] = source.split(':', 1);
  const rest = source.slice(`${kind}:`.length);
  if (kind === 'login') return { sourceLogin: rest };
  if (kind === 'arn') return { sourceProvider: source };
  if (kind !== 'cert') return { sourceKey: source };
  // A service's certificate is bound to nothing.
  return (await manager.existsBy(CertificateBindingEntity, { uri: rest })) ? { sourceBinding: rest } : {};
}
