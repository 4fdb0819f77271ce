import { inRange, obeys } from '@strongroom/field-rules';
import { invalid } from '../domain/rules/rule';

const NAME = { min: 1, max: 64, pattern: '[\\.\\-_A-Za-z0-9]+' } as const;

/** @throws ValidationException that names the field */
export function requireName(field: string, text: string): string {
  if (!obeys(NAME, text)) throw invalid(`${field} must have 1 to 64 of ASCII letters, digits, ".", "-" and "_".`);
  return text;
}

/** @throws ValidationException that names the field */
export function requireLength(field: string, text: string, max: number): string {
  if (text.length > max) throw invalid(`${field} must have at most ${max} characters.`);
  return text;
}

/** @throws ValidationException that names the field */
export function requireLimit(field: string, limit: number | undefined): number {
  if (limit === undefined) return 100;
  if (!inRange({ min: 1, max: 100 }, limit)) throw invalid(`${field} must be from 1 to 100.`);
  return limit;
}
