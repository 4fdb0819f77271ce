import type { NumberRule, TextRule } from './rule';

/** What fields of KMS (2014-11-01) may hold. */
export const keyTexts = {
  /** The rule that AWS checks first. Text that passes it and is no alias name gets an error of its own. */
  aliasCharacters: { min: 1, max: 256, pattern: '[a-zA-Z0-9:/_-]+' },
  aliasName: { pattern: 'alias/[A-Za-z0-9/_-]{1,250}' },
  description: { max: 8_192 },
  tagKey: { min: 1, max: 128 },
  tagValue: { max: 256 },
  /** The ARN of a principal, or the name of a service. */
  principal: { min: 1, max: 256, pattern: '[\\w+=,.@:/-]+' },
  grantId: { min: 1, max: 128 },
  grantName: { min: 1, max: 256, pattern: '[a-zA-Z0-9:/_-]+' },
  grantToken: { min: 1, max: 8_192 },
  /** Of a grant's constraint. */
  sourceArn: { min: 1, max: 512 },
  keyMaterialId: { min: 64, max: 64, pattern: '[a-f0-9]+' },
  keyMaterialDescription: { min: 1, max: 256, pattern: '[a-zA-Z0-9:/_\\s.-]+' },
} as const satisfies Readonly<Record<string, TextRule>>;

/** In bytes, unless a comment says otherwise. */
export const keyNumbers = {
  plaintext: { min: 1, max: 4_096 },
  ciphertext: { min: 1, max: 6_144 },
  signature: { min: 1, max: 6_144 },
  publicKey: { min: 1, max: 8_192 },
  /** Of an import token, and of the key material that comes with it. */
  imported: { min: 1, max: 6_144 },
  /** Of random bytes and of data keys. */
  numberOfBytes: { min: 1, max: 1_024 },
  /** Days before a key is deleted. */
  pendingWindowInDays: { min: 7, max: 30 },
  /** Days between two automatic rotations. */
  rotationPeriodInDays: { min: 90, max: 2_560 },
  /** Items of a page. */
  limit: { min: 1, max: 1_000 },
  /** Of lists of grants and of aliases. */
  shortLimit: { min: 1, max: 100 },
  /** Grant tokens of a request. */
  grantTokens: { max: 10 },
} as const satisfies Readonly<Record<string, NumberRule>>;
