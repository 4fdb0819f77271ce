import type { Logger } from '@strongroom/telemetry';
import type { ChangeFeed } from '../domain/watch/change-feed.port';
import { BatchScan } from './batch-scan';

const BATCH = 1_000;

/** Removes changes that no watcher needs any more. */
export class ChangeRetentionScan extends BatchScan {
  constructor(
    private readonly feed: Pick<ChangeFeed, 'forgetOld'>,
    logger: Logger,
  ) {
    super('old changes', logger);
  }

  protected async batch(): Promise<boolean> {
    return (await this.feed.forgetOld(BATCH)) === BATCH;
  }
}
