/**
 * A list in pages, which are fetched as you read: `for await (const item of …)`. Each loop starts from the beginning.
 */
export class Listing<Item, Page> implements AsyncIterable<Item> {
  /** @param fetch a page: the first, or the one that a token names */
  constructor(
    private readonly fetch: (token: string | undefined) => Promise<Page>,
    private readonly itemsOf: (page: Page) => readonly Item[],
    private readonly nextOf: (page: Page) => string | undefined,
  ) {}

  /** The pages, as the service sends them. */
  async *pages(): AsyncGenerator<Page, void> {
    for (let token: string | undefined; ;) {
      const page = await this.fetch(token);
      yield page;
      token = this.nextOf(page);
      if (!token) return;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for await (const page of this.pages()) yield* this.itemsOf(page);
  }

  /** The whole list, in memory. */
  async all(): Promise<Item[]> {
    const items: Item[] = [];
    for await (const item of this) items.push(item);
    return items;
  }
}
