import type { CanaryFinding } from '@strongroom/testing';
import type { Finding } from './finding';

/** The texts to search for: the value that must not appear, and the one that must be found. */
export const CANARY = 0;
export const CONTROL = 1;

/** @param found by a search for both, in this order */
export function checkCanary(found: readonly CanaryFinding[], home: string): Finding[] {
  const shown = found
    .filter(({ canary }) => canary === CANARY)
    .map(({ file, form }): Finding => ({ check: 'a value shows', target: file.replace(`${home}/`, ''), seen: `as ${form}` }));
  const isSearchSound = found.some(({ canary }) => canary === CONTROL);
  return isSearchSound
    ? shown
    : [...shown, { check: 'a value shows', target: 'the search', seen: 'does not find what is there' }];
}
