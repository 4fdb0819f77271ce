import type { NumberRule, TextRule } from './rule';

/** What fields of KMS (2014-11-01) may hold. */
export const keyTexts = {
  /** The rule that AWS checks first. Text that passes it and is no alias name gets an error of its own. */
  aliasCharacters: { min: 1, max: 256, pattern: '[a-zA-Z0-9:/_-]+' },
  aliasName: { pattern: 'alias/[A-Za-z0-9/_-]{1,250}' },
  description: { max: 8_192 },
  tagKey: { min: 1, max: 128 },
  tagValue: { max: 256 },
} as const satisfies Readonly<Record<string, TextRule>>;

/** In bytes, unless a comment says otherwise. */
export const keyNumbers = {
  plaintext: { min: 1, max: 4_096 },
  ciphertext: { min: 1, max: 6_144 },
  /** Of random bytes and of data keys. */
  numberOfBytes: { min: 1, max: 1_024 },
  /** Items of a page. */
  limit: { min: 1, max: 1_000 },
} as const satisfies Readonly<Record<string, NumberRule>>;
