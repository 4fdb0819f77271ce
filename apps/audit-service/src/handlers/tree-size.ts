import { invalidParameter } from '@strongroom/errors';

/** The number of events that a request names. @throws InvalidParameterException */
export function requireSize(name: string, size: bigint): number;
export function requireSize(name: string, size: bigint | undefined): number | undefined;
export function requireSize(name: string, size: bigint | undefined): number | undefined {
  if (size === undefined) return undefined;
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidParameter(`${name} must be less than 2^53.`);
  return Number(size);
}
