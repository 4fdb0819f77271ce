import type { NumberRule, TextRule } from './rule';

const NAME = '[\\w+=,.@\\-]+';
const TAG_CHARACTER = '[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]';

/** What fields of IAM (2010-05-08) and STS (2011-06-15) may hold. */
export const identityTexts = {
  userName: { min: 1, max: 64, pattern: NAME },
  groupName: { min: 1, max: 128, pattern: NAME },
  roleName: { min: 1, max: 64, pattern: NAME },
  policyName: { min: 1, max: 128, pattern: NAME },
  path: { min: 1, max: 512, pattern: '(\\/)|(\\/[!-~]+\\/)' },
  pathPrefix: { min: 1, max: 512, pattern: '\\/[!-\\u007F]*' },
  description: { max: 1_000 },
  accessKeyId: { min: 16, max: 128, pattern: '[\\w]+' },
  tagKey: { min: 1, max: 128, pattern: `${TAG_CHARACTER}+` },
  tagValue: { max: 256, pattern: `${TAG_CHARACTER}*` },
  roleSessionName: { min: 2, max: 64, pattern: '[\\w+=,.@-]*' },
  externalId: { min: 2, max: 1_224, pattern: '[\\w+=,.@:\\/\\-]*' },
  oidcClientId: { min: 1, max: 255 },
  oidcThumbprint: { min: 40, max: 40 },
  webIdentityToken: { min: 4, max: 20_000 },
  password: { min: 1, max: 128, pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+' },
  virtualMfaDeviceName: { min: 1, max: 226, pattern: NAME },
  passkeyName: { min: 1, max: 64, pattern: NAME },
  serialNumber: { min: 9, max: 256, pattern: '[\\w+=/:,.@-]+' },
  authenticationCode: { min: 6, max: 6, pattern: '[\\d]+' },
} as const satisfies Readonly<Record<string, TextRule>>;

/** Seconds, and numbers of items. */
export const identityNumbers = {
  roleSessionDuration: { min: 900, max: 43_200 },
  maxSessionDuration: { min: 3_600, max: 43_200 },
  sessionTokenDuration: { min: 900, max: 129_600 },
  maxItems: { min: 1, max: 1_000 },
  tags: { max: 50 },
  minimumPasswordLength: { min: 6, max: 128 },
  /** Days. */
  maxPasswordAge: { min: 1, max: 1_095 },
  passwordReusePrevention: { min: 1, max: 24 },
} as const satisfies Readonly<Record<string, NumberRule>>;

/** The most characters of policies, white space not counted; of inline ones, of all that an identity has together. */
export const policySizes = {
  managed: 6_144,
  trust: 2_048,
  session: 2_048,
  inline: { user: 2_048, group: 5_120, role: 10_240 },
} as const;
