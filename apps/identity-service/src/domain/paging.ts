import { identityNumbers, inRange } from '@strongroom/field-rules';
import { validationError } from './iam-errors';

/** One page of a list that is ordered by name: its start and its size. */
export interface PageRequest {
  /** The last name of the previous page. */
  after?: string;
  /** 1 to 1,000. */
  size: number;
}

export interface Page<Item> {
  items: Item[];
  /** Whether more follow. */
  truncated: boolean;
}

const DEFAULT_SIZE = 100;
const { maxItems: ITEMS } = identityNumbers;

export function pageOf(request: { maxItems?: number; marker: string }): PageRequest {
  const { maxItems = DEFAULT_SIZE, marker } = request;
  if (!Number.isInteger(maxItems) || !inRange(ITEMS, maxItems)) {
    throw validationError(`max_items must be ${ITEMS.min} to ${ITEMS.max}.`);
  }
  return { size: maxItems, after: marker === '' ? undefined : openMarker(marker) };
}

/** Removes the extra item that was read to know whether more follow. */
export const cutPage = <Item>(items: readonly Item[], size: number): Page<Item> => ({
  items: items.slice(0, size),
  truncated: items.length > size,
});

/** The marker of the page after this one; '' after the last. */
export function nextMarker<Item>(page: Page<Item>, nameOf: (item: Item) => string): string {
  const last = page.items.at(-1);
  return page.truncated && last !== undefined ? Buffer.from(`m1:${nameOf(last)}`).toString('base64url') : '';
}

function openMarker(marker: string): string {
  const text = marker.length <= 2_048 && /^[\w-]+$/.test(marker) ? Buffer.from(marker, 'base64url').toString() : '';
  // All sort keys of lists have these characters; the database compares nothing else with them.
  if (!/^m1:[\x20-\x7e]+$/.test(text)) throw validationError('marker must come from an earlier response.');
  return text.slice('m1:'.length);
}
