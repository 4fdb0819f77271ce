import { MINUTE } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';
import { hashOfToken } from './hashing/session-secrets';

/** Milliseconds for which a link is good. */
export const LINK_LASTS = 5 * MINUTE;

const TOKEN_BYTES = 32;
const TOKEN = /^srl_[A-Za-z0-9_-]{43}$/;

/** What a link has in it, and the hash that is kept of it. */
export function newLinkToken(random: RandomSource): { token: string; tokenHash: Buffer } {
  const token = `srl_${random.bytes(TOKEN_BYTES).toString('base64url')}`;
  return { token, tokenHash: hashOfToken(token) };
}

/** undefined for a text that no link has. */
export const linkTokenHash = (token: string): Buffer | undefined => (TOKEN.test(token) ? hashOfToken(token) : undefined);
