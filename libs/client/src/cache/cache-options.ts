/** How a SecretCache keeps values; times in milliseconds, whole numbers from 0. */
export interface SecretCacheOptions {
  /**
   * How long ago a value that is answered may last have been known to be current: by a fetch, or because push was alive and said
   * nothing else. Default 300,000.
   */
  maxAgeMs?: number;
  /** How much older it may be while the cluster cannot be reached. Default 0: off. */
  graceMs?: number;
  /**
   * How many secrets are kept, from 1; a secret read at two stages counts twice. The least recently used goes first, but never
   * one that somebody subscribes to. Default 1,024.
   */
  maxSecrets?: number;
  /** false: hears of nothing, and asks by age alone. Default true. */
  push?: boolean;
}

export type CacheLimits = Required<SecretCacheOptions>;

const DEFAULTS: CacheLimits = { maxAgeMs: 300_000, graceMs: 0, maxSecrets: 1_024, push: true };

/** @throws TypeError and RangeError that name the field and the rule */
export function readOptions(options: SecretCacheOptions): CacheLimits {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as SecretCacheOptions;
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(DEFAULTS, name));
  if (unknown !== undefined) {
    throw new TypeError(`SecretCache has no option ${unknown}; it has ${Object.keys(DEFAULTS).join(', ')}`);
  }
  const { maxAgeMs, graceMs, maxSecrets, push } = { ...DEFAULTS, ...given };
  if (typeof push !== 'boolean') throw new TypeError('push must be true or false');
  return {
    maxAgeMs: readWhole('maxAgeMs', maxAgeMs, 0),
    graceMs: readWhole('graceMs', graceMs, 0),
    maxSecrets: readWhole('maxSecrets', maxSecrets, 1),
    push,
  };
}

/** @throws TypeError and RangeError that name the field and the rule */
export function readWhole(field: string, value: unknown, least: number): number {
  if (typeof value !== 'number') throw new TypeError(`${field} must be a number`);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${field} must be a whole number from ${least}; it is ${value}`);
  }
  return value;
}
