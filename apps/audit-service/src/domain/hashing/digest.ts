import { createHash } from 'node:crypto';

/** A short name for a text; 16 bytes of its SHA-256, base64url. */
export const digest = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest().subarray(0, 16).toString('base64url');
