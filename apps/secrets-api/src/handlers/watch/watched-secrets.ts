import { FairGate } from '@strongroom/fairness';
import type { Located, SecretAccess } from '../secret-access';

/** Readings at a time, and how many of them for the watchers of one account. */
const READINGS = { slots: 64, slotsPerLane: 16 };
/** Watchers that go on in one turn of the event loop. */
const TURNS = { slots: 64 };

/**
 * Reads secrets for watchers, so that those of one account delay nobody else's reads, and those of one secret share readings: who
 * asks for it before a reading begins is answered by that one.
 */
export class WatchedSecrets {
  private readonly readings = new FairGate(READINGS);
  private readonly turns = new FairGate(TURNS);
  /** Readings that have not begun. */
  private readonly waiting = new Map<string, Promise<Located>>();

  constructor(private readonly access: Pick<SecretAccess, 'locateFor'>) {}

  /** As the secret is at some moment after this call. @param accountId the owner of a bare name */
  async locate(watchingAccount: string, accountId: string, secretId: string): Promise<Located> {
    const located = await this.shared(watchingAccount, accountId, secretId);
    // However many hear of a change, calls are answered between them.
    setImmediate(await this.turns.enter(watchingAccount));
    return located;
  }

  private shared(watchingAccount: string, accountId: string, secretId: string): Promise<Located> {
    const key = `${watchingAccount} ${accountId} ${secretId}`;
    let reading = this.waiting.get(key);
    if (reading === undefined) {
      reading = this.readings.through(watchingAccount, () => {
        this.waiting.delete(key);
        return this.access.locateFor(accountId, secretId);
      });
      this.waiting.set(key, reading);
    }
    return reading;
  }
}
