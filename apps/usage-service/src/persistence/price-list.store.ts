import type { PriceList } from '@strongroom/billing';
import { PriceList as PriceListMessage } from '@strongroom/contracts/strongroom/usage/v1/usage';
import type { HotPool } from '@strongroom/database';
import { fromPriceListMessage, toPriceListMessage } from '../domain/price-list-message';
import type { PriceListStore, StoredPriceList } from '../domain/usage-store.port';

/** Every price list that was put; the newest is in force. */
export class DatabasePriceListStore implements PriceListStore {
  /** @param fallback in force until one is put */
  constructor(
    private readonly pool: HotPool,
    private readonly fallback: PriceList,
  ) {}

  async current(): Promise<StoredPriceList> {
    const [row] = await this.pool.query<{ put_at: Date; document: Buffer }>(
      'SELECT put_at, document FROM price_list ORDER BY id DESC LIMIT 1',
      [],
    );
    if (!row) return { priceList: this.fallback, putAt: undefined };
    return { priceList: fromPriceListMessage(PriceListMessage.decode(row.document)), putAt: row.put_at };
  }

  put(priceList: PriceList, putAt: Date, beforeCommit: () => Promise<void>, deadline: number): Promise<void> {
    const document = Buffer.from(PriceListMessage.encode(toPriceListMessage(priceList)).finish());
    return this.pool.transaction(
      async ({ execute }) => {
        await execute('INSERT INTO price_list (put_at, document) VALUES (?, ?)', [putAt, document]);
        await beforeCommit();
      },
      { deadline },
    );
  }
}
