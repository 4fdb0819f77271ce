import { isDomainError } from '@strongroom/errors';
import * as classes from './errors';

const classOf = (reason: string): typeof classes.StrongroomError =>
  Object.hasOwn(classes, reason) ? (classes as Record<string, typeof classes.StrongroomError>)[reason]! : classes.StrongroomError;

/**
 * Converts an error of a call to the class of its name, or to StrongroomError if this client does not know the name. Other errors
 * stay as they are.
 */
export const asStrongroomError = (error: unknown): unknown => {
  if (!isDomainError(error) || error instanceof classes.StrongroomError) return error;
  const { kind, reason, message, metadata, cause } = error;
  return new (classOf(reason))({ kind, reason, message, metadata: { ...metadata }, cause });
};
