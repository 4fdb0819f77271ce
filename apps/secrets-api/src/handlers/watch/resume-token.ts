import { invalidParameter } from '@strongroom/errors';
import type { ChangePosition } from '../../domain/watch/change-feed.port';

/** Where a stream ended. */
export interface Resumption {
  position: ChangePosition;
  /** By which it was told what it was told (`rightsFrom`); absent if they depended on the time. */
  rights?: string;
}

/** Beyond it, the token is of an earlier position: then more is told than needed. */
const MAX_MISSING = 16;
const TOKEN = /^p\d{1,15}(-\d{1,15}){0,16}(\.[\w-]{11})?$/;

/** It is no secret and no proof: whoever makes one up is told more or less of what they may know anyway. */
export function writeResumeToken({ position: { seen, missing }, rights }: Resumption): string {
  const numbers = missing.length > MAX_MISSING ? [missing[0]! - 1] : [seen, ...missing];
  return `p${numbers.join('-')}${rights === undefined ? '' : `.${rights}`}`;
}

/** undefined: there is none. @throws InvalidParameterException */
export function readResumeToken(token: string, field: string): Resumption | undefined {
  if (token === '') return undefined;
  if (!TOKEN.test(token)) throw invalidParameter(`${field} is not a token of WatchSecrets.`);
  const [numbers, rights] = token.slice(1).split('.') as [string, string | undefined];
  const [seen, ...missing] = numbers.split('-').map(Number) as [number, ...number[]];
  return { position: { seen, missing: missing.sort((a, b) => a - b) }, ...(rights === undefined ? {} : { rights }) };
}
