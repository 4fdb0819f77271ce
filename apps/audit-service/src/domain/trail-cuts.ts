import type { Beginning, CutStore, TrailCut } from './checkpoint.port';
import { emptyChain } from './chain';
import type { Sealer, Within } from './trail.port';

/** Where trails begin: before their first event, or where retention has cut them. */
export class TrailCuts {
  constructor(
    private readonly store: CutStore,
    private readonly sealer: Pick<Sealer, 'open'>,
  ) {}

  /**
   * The place before the first event that must be there. A cut counts if crypto-keyservice has sealed it: whoever only reaches
   * the database can remove events, but cannot say that it was retention.
   */
  async beginning(accountId: string, within: Within): Promise<{ beginning: Beginning; forged?: TrailCut }> {
    const cut = await this.store.cut(accountId, within);
    if (!cut) return { beginning: emptyChain(accountId) };
    const sealed = await this.sealer.open(cut, within);
    return sealed?.equals(cut.hash) ? { beginning: cut } : { beginning: emptyChain(accountId), forged: cut };
  }
}
