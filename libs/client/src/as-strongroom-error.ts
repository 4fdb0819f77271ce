import { isDomainError } from '@strongroom/errors';
import * as classes from './errors';

const classOf = (reason: string): typeof classes.StrongroomError =>
  Object.hasOwn(classes, reason) ? (classes as Record<string, typeof classes.StrongroomError>)[reason]! : classes.StrongroomError;

/** The same error as the class of its name, or, of a name that this client does not know, as a StrongroomError; what is no error of a call stays as it is. */
export const asStrongroomError = (error: unknown): unknown => {
  if (!isDomainError(error) || error instanceof classes.StrongroomError) return error;
  const { kind, reason, message, metadata, cause } = error;
  return new (classOf(reason))({ kind, reason, message, metadata: { ...metadata }, cause });
};
