import { createHash } from 'node:crypto';

/** Begins every session token, so that scanners for leaked credentials know one when they see it. */
export const SESSION_TOKEN_PREFIX = 'srs_';
/** 256 bits of randomness. */
export const SESSION_TOKEN_BYTES = 32;

const TOKEN = /^srs_[A-Za-z0-9_-]{43}$/;

/** SHA-256 of a session token, all that anybody ever stores or sends of it; `undefined` for what cannot be a token. */
export function sessionTokenHash(token: string): Buffer | undefined {
  return TOKEN.test(token) ? createHash('sha256').update(token).digest() : undefined;
}
