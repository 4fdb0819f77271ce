import { invalidParameter } from '@strongroom/errors';
import type { ChangePosition } from '../../domain/watch/change-feed.port';

/** Beyond it, the token is of an earlier position: then more is told than needed. */
const MAX_MISSING = 16;
const TOKEN = /^p\d{1,15}(-\d{1,15}){0,16}$/;

/** It is no secret and no proof: whoever makes one up is told more or less of what they may know anyway. */
export function writeResumeToken({ seen, missing }: ChangePosition): string {
  if (missing.length > MAX_MISSING) return `p${missing[0]! - 1}`;
  return `p${[seen, ...missing].join('-')}`;
}

/** undefined: there is none. @throws InvalidParameterException */
export function readResumeToken(token: string, field: string): ChangePosition | undefined {
  if (token === '') return undefined;
  if (!TOKEN.test(token)) throw invalidParameter(`${field} is not a token of WatchSecrets.`);
  const [seen, ...missing] = token.slice(1).split('-').map(Number) as [number, ...number[]];
  return { seen, missing: missing.sort((a, b) => a - b) };
}
