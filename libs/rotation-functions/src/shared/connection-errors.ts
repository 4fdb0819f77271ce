import { isDomainError } from '@strongroom/errors';
import { TargetUnreachable } from '@strongroom/egress';
import { codeOf, unreachable } from '@strongroom/egress';

/** What names a server in messages. @param of what messages call the fields' secret, such as `AWSCURRENT` */
export const namedBy = (of: string): string => `the fields "host" and "port" of ${of}`;

/**
 * Why no session came about or one broke: texts of drivers quote names, and statements with values in them, so that they are not
 * kept.
 */
export const connectionError = (error: unknown, of: string): Error => unreachable(namedBy(of), error);

/** The same for what a driver tells by no code of the system. @param why for the log, a constant */
export const brokenSession = (of: string, why: string): TargetUnreachable => new TargetUnreachable(namedBy(of), why);

/**
 * The error of a login that did not come about: given up for the step's sake, refused by the server in so many words, or
 * unreachable.
 */
export const loginFailure = (error: unknown, of: string): Error =>
  isDomainError(error) ? unreachable(namedBy(of), error) : brokenSession(of, codeOf(error));
