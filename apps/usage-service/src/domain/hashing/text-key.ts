import { hash } from 'node:crypto';

/** The key of a text, such as an ARN: the first 16 bytes of its SHA-256. Texts of any length take the same room. */
export const textKey = (...texts: readonly string[]): Buffer => hash('sha256', texts.join('\n'), 'buffer').subarray(0, 16);
