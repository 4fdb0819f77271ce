import { contextByKey, type ContextValue } from '@strongroom/policy';

/** The condition keys of a request that sets tags, in lower case: aws:TagKeys and aws:RequestTag/…; empty if it sets none. */
export function requestTags(tags: Iterable<readonly [key: string, value: string]>): Record<string, ContextValue> {
  const all = [...tags];
  return all.length === 0 ? {} : { 'aws:tagkeys': all.map(([key]) => key), ...contextByKey('aws:requesttag/', all) };
}
