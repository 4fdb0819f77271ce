import { createHash } from 'node:crypto';

/** The start of every session token, by which scanners for leaked credentials recognise one. */
export const SESSION_TOKEN_PREFIX = 'srs_';
/** 256 bits of randomness. */
export const SESSION_TOKEN_BYTES = 32;

const TOKEN = /^srs_[A-Za-z0-9_-]{43}$/;

/** SHA-256 of a session token. Only this is stored or sent, never the token. `undefined` for text that cannot be a token. */
export function sessionTokenHash(token: string): Buffer | undefined {
  return TOKEN.test(token) ? createHash('sha256').update(token).digest() : undefined;
}
