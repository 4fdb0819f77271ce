import type { PairDraft } from './pairs-input';

/** What changes tags into others: those to set, and the keys to remove. */
export function tagChanges(before: readonly PairDraft[], after: readonly PairDraft[]) {
  const wanted = after.filter(({ key }) => key !== '');
  const set = wanted.filter(({ key, value }) => !before.some((tag) => tag.key === key && tag.value === value));
  const removed = before.map(({ key }) => key).filter((key) => !wanted.some((tag) => tag.key === key));
  return { set, removed };
}
