/**
 * As many items as the next power of two, the last one again and again: a statement that does no more for an item that it meets twice needs to be
 * prepared for a handful of sizes only.
 */
export const padded = <Item>(items: readonly Item[]): readonly Item[] => {
  const size = items.length === 0 ? 0 : 2 ** Math.ceil(Math.log2(items.length));
  return size === items.length ? items : [...items, ...Array<Item>(size - items.length).fill(items[items.length - 1]!)];
};
