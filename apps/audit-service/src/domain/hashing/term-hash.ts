import { hash } from 'node:crypto';

/**
 * The key of a term: the first 16 bytes of its SHA-256. Texts of any length take the same room. If two texts had the same key, a
 * lookup would read some blocks in vain, because it compares events in full.
 */
export const termHash = (term: string): Buffer => hash('sha256', term, 'buffer').subarray(0, 16);
