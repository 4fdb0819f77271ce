import type { EntityManager } from 'typeorm';
import type { SignInLink, SignInLinks } from '../domain/store.port';
import { heldSource } from './held-source';
import { SignInLinkEntity } from './sign-in-link.entity';

export class DatabaseSignInLinks implements SignInLinks {
  constructor(private readonly manager: EntityManager) {}

  async add(link: SignInLink): Promise<void> {
    await this.manager.insert(SignInLinkEntity, { ...link, ...(await heldSource(this.manager, link.source)) });
  }

  async take(tokenHash: Buffer): Promise<SignInLink | undefined> {
    const link = await this.manager.findOneBy(SignInLinkEntity, { tokenHash });
    // Of two who come at once the second finds that the row is gone.
    const { affected } = await this.manager.delete(SignInLinkEntity, { tokenHash });
    return affected === 1 ? (link ?? undefined) : undefined;
  }
}
