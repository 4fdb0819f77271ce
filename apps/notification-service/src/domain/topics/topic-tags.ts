import { invalidParameter } from './topic-errors';

export const MAX_TAGS = 50;
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** @throws InvalidParameterException */
export function readTags(tags: readonly { key: string; value: string }[]): Record<string, string> {
  const read = Object.fromEntries(tags.map(({ key, value }) => [requireTagKey(key), requireTagValue(value)]));
  if (Object.keys(read).length < tags.length) throw invalidParameter('Tags', 'A key must not be there twice.');
  return requireFew(read);
}

export function requireFew<Tags extends Readonly<Record<string, string>>>(tags: Tags): Tags {
  if (Object.keys(tags).length > MAX_TAGS) throw invalidParameter('Tags', `There must be at most ${MAX_TAGS}.`);
  return tags;
}

export function requireTagKey(key: string): string {
  if (!KEY.test(key) || /^aws:/i.test(key)) {
    throw invalidParameter(
      'Tags',
      'A key must be 1 to 128 letters, digits, spaces and _ . : / = + - @, and not begin with aws:.',
    );
  }
  return key;
}

function requireTagValue(value: string): string {
  if (VALUE.test(value)) return value;
  throw invalidParameter('Tags', 'A value must be at most 256 letters, digits, spaces and _ . : / = + - @.');
}

/** Whether both say the same. */
export const sameTags = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  Object.keys(one).length === Object.keys(other).length && Object.entries(one).every(([key, value]) => other[key] === value);
