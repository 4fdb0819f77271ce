import type { NumberRule, TextRule } from './rule';

/** What fields of Secrets Manager (2017-10-17) may hold. */
export const secretTexts = {
  name: { min: 1, max: 512, pattern: '[A-Za-z0-9/_+=.@-]+' },
  /** The name of a secret in a request that reads: AWS's services create some names with `!`. */
  nameInReference: { min: 1, max: 512, pattern: '[A-Za-z0-9/_+=.@!-]+' },
  description: { max: 2_048 },
  kmsKeyId: { max: 2_048 },
  versionId: { min: 32, max: 64 },
  versionStage: { min: 1, max: 256 },
  tagKey: { min: 1, max: 128 },
  tagValue: { max: 256 },
  resourcePolicy: { min: 1, max: 20_480 },
  rotationToken: { min: 36, max: 256, pattern: '[a-zA-Z0-9\\-]+' },
  rotationDuration: { min: 2, max: 3, pattern: '[0-9]+h' },
  scheduleExpression: { min: 1, max: 256, pattern: '[0-9A-Za-z\\(\\)#\\?\\*\\-\\/, ]+' },
  excludeCharacters: { max: 4_096 },
  filterValue: { max: 512, pattern: '!?[\\s\\S]*' },
  nextToken: { min: 1, max: 4_096 },
} as const satisfies Readonly<Record<string, TextRule>>;

/** In items, unless a comment says otherwise. */
export const secretNumbers = {
  /** Bytes. */
  valueSize: { min: 1, max: 65_536 },
  /** Characters. */
  passwordLength: { min: 1, max: 4_096 },
  /** Days. */
  automaticallyAfterDays: { min: 1, max: 1_000 },
  versionStages: { min: 1, max: 20 },
  secretIdList: { min: 1, max: 20 },
  filters: { max: 10 },
  filterValues: { min: 1, max: 10 },
  batchMaxResults: { min: 1, max: 20 },
  listMaxResults: { min: 1, max: 100 },
} as const satisfies Readonly<Record<string, NumberRule>>;

/** What a filter may look at. */
export const secretFilterKeys = [
  'description',
  'name',
  'tag-key',
  'tag-value',
  'primary-region',
  'owning-service',
  'all',
] as const;
