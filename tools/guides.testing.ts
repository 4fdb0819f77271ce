import { readFileSync } from 'node:fs';

/** All diffs of a page as one. */
export const diffsIn = (page: string): string =>
  [...readFileSync(page, 'utf8').matchAll(/^```diff\n(.*?)^```$/gms)].map(([, diff]) => diff!).join('');
