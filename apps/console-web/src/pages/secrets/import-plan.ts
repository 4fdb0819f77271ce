import { obeys, secretNumbers, secretTexts } from '@strongroom/field-rules';
import { currentOf, isUnreadable, type SourceItem, type SourceSecret } from '@strongroom/secret-files';
import { secretsTexts } from '../../texts/secrets';
import { nameFault, sizeOf, tagFault } from './kinds';

const texts = secretsTexts.import;

/** What is to become of an entry of the file. */
export type EntryState =
  | 'unknown' // Whether it exists is not known yet.
  | 'new'
  | 'exists'
  | 'invalid'
  | 'running'
  | 'created'
  | 'failed';

export interface Entry {
  /** As it will be called here, with the prefix. */
  name: string;
  source: SourceSecret | undefined;
  state: EntryState;
  /** Why it is invalid or has failed. */
  reason?: string;
}

/** Bytes of an entry's value. */
export const sizeOfEntry = ({ source }: Entry): number => {
  const text = source && currentOf(source)?.value.secretString;
  return text === undefined ? 0 : sizeOf({ $case: 'secretString', value: text });
};

const faultOf = (name: string, item: SourceItem): string | undefined => {
  if (isUnreadable(item)) return item.unreadable;
  const fault = nameFault(name);
  if (fault) return fault;
  const text = currentOf(item)?.value.secretString ?? '';
  const size = sizeOf({ $case: 'secretString', value: text });
  if (size < secretNumbers.valueSize.min) return texts.faults.empty;
  if (size > secretNumbers.valueSize.max) return secretsTexts.create.faults.tooLarge(size, secretNumbers.valueSize.max);
  if (item.description !== undefined && !obeys(secretTexts.description, item.description)) {
    return secretsTexts.create.faults.description;
  }
  return item.tags && tagFault([...item.tags].map(([key, value]) => ({ key, value })));
};

/** The entries of a file as they would be called here; what cannot be stored says why. */
export const planOf = (items: readonly SourceItem[], prefix: string): Entry[] =>
  items.map((item) => {
    const name = prefix + item.name;
    const reason = faultOf(name, item);
    const source = isUnreadable(item) ? undefined : item;
    return reason === undefined ? { name, source, state: 'unknown' } : { name, source, state: 'invalid', reason };
  });

/** Marks those that exist already; `names` are those of the account that were found. */
export const withExisting = (entries: readonly Entry[], names: ReadonlySet<string>): Entry[] =>
  entries.map((entry) => (entry.state === 'unknown' ? { ...entry, state: names.has(entry.name) ? 'exists' : 'new' } : entry));

/** How many entries there are in each state. */
export function countsOf(entries: readonly Entry[]): Readonly<Record<EntryState, number>> {
  const counts: Record<EntryState, number> = { unknown: 0, new: 0, exists: 0, invalid: 0, running: 0, created: 0, failed: 0 };
  for (const { state } of entries) counts[state]++;
  return counts;
}

/** The first part that all names have in common, up to a slash: the service is asked for what begins so. */
export function commonPrefix(names: readonly string[]): string {
  let prefix = names[0] ?? '';
  for (const name of names) while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}
