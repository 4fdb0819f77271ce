import { limitExceeded } from '@strongroom/errors';
import { FairGate } from '@strongroom/fairness';

/** The stretches that are verified at a time. Each can use a core or more, and calls and the trail's writer come first. */
export const MAX_STRETCHES = 2;
/** The most open verifications, including waiting ones; each keeps a few blocks of its trail in memory. */
export const MAX_VERIFICATIONS = 64;

/** The place of one verification; must be left when it is over. */
export interface VerificationPlace {
  /** The same steps, each in the account's turn. Between two of them, while nobody requests the next, no turn is taken. */
  inTurns<Step>(steps: AsyncGenerator<Step>): AsyncGenerator<Step>;
  leave: () => void;
}

/**
 * Shares the cost of verifications among accounts: a trail is verified in stretches, accounts take turns, and an account has one
 * verification at a time. So nobody waits for the end of another's trail, however long it is, or for readers who do not read.
 */
export class VerificationTurns {
  private readonly accounts = new Set<string>();
  private readonly gate = new FairGate({ slots: MAX_STRETCHES, slotsPerLane: 1 });

  /** @throws LimitExceededException for a second verification of an account, and if too many are open */
  enter(accountId: string): VerificationPlace {
    if (this.accounts.has(accountId)) throw limitExceeded('The trail of this account is being verified already.');
    if (this.accounts.size >= MAX_VERIFICATIONS)
      throw limitExceeded(`${MAX_VERIFICATIONS} trails are being verified: try again later.`);
    this.accounts.add(accountId);
    return { inTurns: (steps) => this.inTurns(accountId, steps), leave: () => this.accounts.delete(accountId) };
  }

  /** Work of one turn, such as a verification in one answer. */
  inOneTurn<T>(accountId: string, work: () => Promise<T>): Promise<T> {
    return this.gate.through(accountId, work);
  }

  private async *inTurns<Step>(accountId: string, steps: AsyncGenerator<Step>): AsyncGenerator<Step> {
    try {
      for (;;) {
        const step = await this.gate.through(accountId, () => steps.next());
        if (step.done) return;
        yield step.value;
      }
    } finally {
      await steps.return(undefined);
    }
  }
}
