import type { Logger } from '@strongroom/telemetry';
import type { SecretStore } from '../domain/secret-store.port';
import { PeriodicScan } from './periodic-scan';

const BATCH = 100;

/** Lets filters find what an older version of the service has written, which knew no terms. */
export class SearchScan extends PeriodicScan {
  private stopping = false;

  constructor(
    private readonly store: Pick<SecretStore, 'makeSearchable'>,
    logger: Logger,
  ) {
    super('secrets without terms', logger);
  }

  async scan(): Promise<void> {
    while (!this.stopping && (await this.store.makeSearchable(BATCH)) > 0);
  }

  override stop(): Promise<void> {
    this.stopping = true;
    return super.stop();
  }
}
