import { createHash } from 'node:crypto';
import type { RandomSource } from '@strongroom/random';

/** 256 bits, as the cookie has them: 43 characters. */
export function newSessionId(random: RandomSource): string {
  return random.bytes(32).toString('base64url');
}

export function isSessionId(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

/** What is kept of it, so that whoever reads the store cannot take over a session. */
export function hashOf(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('hex');
}
