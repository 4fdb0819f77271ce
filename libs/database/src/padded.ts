/**
 * Pads the items to the next power of two by repeating the last one. A statement that ignores repeated items then needs to be
 * prepared for a few sizes only.
 */
export function padded<Item>(items: readonly Item[]): readonly Item[] {
  const size = items.length === 0 ? 0 : 2 ** Math.ceil(Math.log2(items.length));
  return size === items.length ? items : [...items, ...Array<Item>(size - items.length).fill(items[items.length - 1]!)];
}
