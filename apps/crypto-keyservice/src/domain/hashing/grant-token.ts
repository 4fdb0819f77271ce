import { createHmac, timingSafeEqual } from 'node:crypto';
import { keyNumbers } from '@strongroom/field-rules';
import type { RandomSource } from '@strongroom/random';
import type { Grant } from '../grant';
import { invalidGrantToken, validationFailed } from '../key-errors';

const VERSION = 1;
const ID_LENGTH = 32;
const NONCE_LENGTH = 16;
const BODY_LENGTH = 1 + ID_LENGTH + NONCE_LENGTH;
const MAC_LENGTH = 32;
/** Characters in base64url, without padding. */
const TOKEN_LENGTH = Math.ceil(((BODY_LENGTH + MAC_LENGTH) * 4) / 3);
const TOKEN = new RegExp(`^[A-Za-z0-9_-]{${TOKEN_LENGTH}}$`);

/** A grant token as it came, before anybody has looked for its grant. */
export interface GrantToken {
  grantId: string;
  body: Buffer;
  mac: Buffer;
}

/** A new token of the grant, in base64url: version, grant id, nonce, and the HMAC of these under the grant's own key. */
export function issueGrantToken({ grantId, tokenKey }: Pick<Grant, 'grantId' | 'tokenKey'>, random: RandomSource): string {
  const body = Buffer.concat([Buffer.of(VERSION), Buffer.from(grantId, 'hex'), random.bytes(NONCE_LENGTH)]);
  return Buffer.concat([body, macOf(body, tokenKey)]).toString('base64url');
}

/** @throws DomainError InvalidGrantTokenException */
export function readGrantToken(text: string): GrantToken {
  if (!TOKEN.test(text)) throw invalidGrantToken();
  const bytes = Buffer.from(text, 'base64url');
  if (bytes[0] !== VERSION) throw invalidGrantToken();
  return {
    grantId: bytes.toString('hex', 1, 1 + ID_LENGTH),
    body: bytes.subarray(0, BODY_LENGTH),
    mac: bytes.subarray(BODY_LENGTH),
  };
}

/**
 * Bounded before they are read. @throws DomainError ValidationException for more than KMS takes, InvalidGrantTokenException
 */
export function readGrantTokens(texts: readonly string[]): GrantToken[] {
  const { max } = keyNumbers.grantTokens;
  if (texts.length > max) throw validationFailed(`GrantTokens must have at most ${max} members.`);
  return texts.map(readGrantToken);
}

/** Whether the token was made for the grant with this key; undefined: for a grant that is gone. */
export function isGenuine({ body, mac }: GrantToken, tokenKey: Buffer | undefined): boolean {
  return tokenKey !== undefined && timingSafeEqual(mac, macOf(body, tokenKey));
}

const macOf = (body: Buffer, tokenKey: Buffer): Buffer =>
  createHmac('sha256', tokenKey).update('strongroom/grant-token/v1').update(body).digest();
