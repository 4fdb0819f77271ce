import type { Secret } from './secret';
import { type FilterTerm, isByWords, type SecretFilter } from './secret-filter';
import { searchableWords } from './words';

/** Where a term stands in a secret: its name, a tag's key or value, the name of its owning service, or a word of some text. */
export type TermPlace = 'name' | 'tag-key' | 'tag-value' | 'owning-service' | 'word-of-description' | 'word-elsewhere';

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

/** Longer ones are found by their beginning; UTF-16 code units. As long as the longest tag value. */
const MAX_TERM = 256;
/** Of the words of one value, the longest, which are likely to be the rarest. */
const MAX_ALTERNATIVES = 3;

/** What filters look at. */
export type SearchedTexts = Pick<Secret, 'name' | 'description' | 'owningService' | 'tags'>;

/** The terms of a secret, each once. */
export function searchTermsOf({ name, description, owningService, tags }: SearchedTexts): SearchTerm[] {
  const owner = owningService === undefined ? [] : [owningService];
  const texts: Record<TermPlace, readonly string[]> = {
    name: [name],
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
 * For each value of a filter, lookups of which each finds every secret that the value matches, and perhaps others. undefined: the
 * filter is for what no term tells: the region, or what secrets do not have.
 */
export function lookupsOf({ key, anyOf }: SecretFilter): TermLookup[][] | undefined {
  const places = PLACES[key];
  if (!places || anyOf.some(({ negated }) => negated)) return undefined;
  return anyOf.filter(({ prefixes }) => prefixes.length > 0).map(({ prefixes }) => alternatives(prefixes, places));
}

/** Whether all that the lookups of a filter find matches the filter. */
export const areExact = ({ key, anyOf }: SecretFilter): boolean =>
  !isByWords(key) && anyOf.every(({ prefixes }) => prefixes.every((prefix) => prefix.length <= MAX_TERM));

const PLACES: Partial<Record<SecretFilter['key'], readonly TermPlace[]>> = {
  name: ['name'],
  'tag-key': ['tag-key'],
  'tag-value': ['tag-value'],
  'owning-service': ['owning-service'],
  description: ['word-of-description'],
  all: ['word-of-description', 'word-elsewhere'],
};

const alternatives = (prefixes: FilterTerm['prefixes'], places: readonly TermPlace[]): TermLookup[] =>
  [...prefixes]
    .sort((a, b) => b.length - a.length)
    .slice(0, MAX_ALTERNATIVES)
    .map((prefix) => ({ places, prefix: cut(prefix) }));

/** At most so many code units, and no half of a character. */
const cut = (text: string): string => (text.length <= MAX_TERM ? text : text.slice(0, MAX_TERM).replace(/[\uD800-\uDBFF]$/, ''));
