/**
 * Does `work` on each item, at most `limit` at a time, and gives the results in the order of the items. It takes an item only
 * when there is room for it. When the reader leaves or something throws, it takes no more, and waits for what is under way.
 */
export async function* concurrently<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const underWay: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      if (underWay.length >= limit) yield await underWay.shift()!;
      const result = work(item);
      // Whoever awaits it hears of it; until then it is not unhandled.
      result.catch(() => {});
      underWay.push(result);
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** Groups of `size` items, the last one perhaps smaller. */
export async function* inGroups<Item>(items: AsyncIterable<Item> | Iterable<Item>, size: number): AsyncGenerator<Item[], void> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** `work` on each item, at most `limit` at a time; the results in the order of the items. Rejects with the first failure. */
export const inParallel = async <Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for await (const result of concurrently(items, limit, work)) results.push(result);
  return results;
};
