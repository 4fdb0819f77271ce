import type { Logger } from '@strongroom/telemetry';
import type { SecretStore } from '../domain/secret-store.port';
import { BatchScan } from './batch-scan';

const BATCH = 100;

/** Lets filters find what an older version of the service has written, which knew no terms. */
export class SearchScan extends BatchScan {
  constructor(
    private readonly store: Pick<SecretStore, 'makeSearchable'>,
    logger: Logger,
  ) {
    super('secrets without terms', logger);
  }

  protected async batch(): Promise<boolean> {
    return (await this.store.makeSearchable(BATCH)) > 0;
  }
}
