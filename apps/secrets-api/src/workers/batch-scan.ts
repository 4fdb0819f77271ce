import { PeriodicScan } from './periodic-scan';

/** A scan that does its work itself, in batches, until nothing is left to do. */
export abstract class BatchScan extends PeriodicScan {
  private stopping = false;

  /** Does some of the work; returns whether there may be more. */
  protected abstract batch(): Promise<boolean>;

  async scan(): Promise<void> {
    while (!this.stopping && (await this.batch()));
  }

  /** After the batch that is under way. */
  override stop(): Promise<void> {
    this.stopping = true;
    return super.stop();
  }
}
