import type { Secret } from './secret';
import { isByWords, type SecretFilter } from './secret-filter';
import { searchableWords } from './words';

/** Where a term stands in a secret: in a tag's key or value, in the name of its owning service, or as a word of some text. */
export type TermPlace = 'tag-key' | 'tag-value' | 'owning-service' | 'word-of-description' | 'word-elsewhere';

/** By which a secret can be found without a look at every other one. */
export interface SearchTerm {
  place: TermPlace;
  text: string;
}

/** What a lookup asks for: terms in one of these places that begin so. */
export interface TermLookup {
  places: readonly TermPlace[];
  prefix: string;
}

/** Longer words are found by their beginning; UTF-16 code units. As long as the longest tag value. */
const MAX_TERM = 256;

/** What filters look at, but for the name, which has an index of its own. */
export type SearchedTexts = Pick<Secret, 'name' | 'description' | 'owningService' | 'tags'>;

/** The terms of a secret, each once. */
export function searchTermsOf({ name, description, owningService, tags }: SearchedTexts): SearchTerm[] {
  const owner = owningService === undefined ? [] : [owningService];
  const texts: Record<TermPlace, readonly string[]> = {
    'tag-key': [...tags.keys()],
    'tag-value': [...tags.values()],
    'owning-service': owner,
    'word-of-description': searchableWords([description]),
    'word-elsewhere': searchableWords([name, ...owner, ...tags.keys(), ...tags.values()]),
  };
  return Object.entries(texts).flatMap(([place, all]) =>
    [...new Set(all.map(cut))].map((text) => ({ place: place as TermPlace, text })),
  );
}

/**
 * Lookups that together find every secret that the filter matches, and perhaps others. undefined: the filter is for a name, or
 * for what secrets do not have, which no term tells.
 */
export function lookupsOf({ key, anyOf }: SecretFilter): TermLookup[] | undefined {
  const places = PLACES[key];
  if (!places || anyOf.some(({ negated }) => negated)) return undefined;
  return anyOf.flatMap(({ prefixes }) => {
    // All of its words must be there. The longest is likely to be the rarest.
    const [longest] = [...prefixes].sort((a, b) => b.length - a.length);
    return longest === undefined ? [] : [{ places, prefix: cut(longest) }];
  });
}

/** Whether all that the lookups of a filter find matches the filter. */
export const areExact = ({ key, anyOf }: SecretFilter): boolean =>
  !isByWords(key) && anyOf.every(({ prefixes }) => prefixes.every((prefix) => prefix.length <= MAX_TERM));

const PLACES: Partial<Record<SecretFilter['key'], readonly TermPlace[]>> = {
  'tag-key': ['tag-key'],
  'tag-value': ['tag-value'],
  'owning-service': ['owning-service'],
  description: ['word-of-description'],
  all: ['word-of-description', 'word-elsewhere'],
};

/** At most so many code units, and no half of a character. */
const cut = (text: string): string => (text.length <= MAX_TERM ? text : text.slice(0, MAX_TERM).replace(/[\uD800-\uDBFF]$/, ''));
