import { isDomainError } from '@strongroom/errors';
import { TargetUnreachable } from '@strongroom/egress';
import { codeOf, unreachable } from '@strongroom/egress';

/** What names a server in messages. @param of what messages call the fields' secret, such as `AWSCURRENT` */
export const namedBy = (of: string): string => `the fields "host" and "port" of ${of}`;

/**
 * The reason why no session began, or one broke. The messages of drivers quote names, and statements with values, so they are not
 * kept.
 */
export const connectionError = (error: unknown, of: string): Error => unreachable(namedBy(of), error);

/**
 * The same for errors that a driver reports without a system code.
 * @param why for the log, a constant
 */
export const brokenSession = (of: string, why: string): TargetUnreachable => new TargetUnreachable(namedBy(of), why);

/** The error of a failed login: given up because the step ended, clearly refused by the server, or unreachable. */
export const loginFailure = (error: unknown, of: string): Error =>
  isDomainError(error) ? unreachable(namedBy(of), error) : brokenSession(of, codeOf(error));
