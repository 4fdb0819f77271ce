import { invalidRequest } from '@strongroom/errors';
import { brokenSession } from '../shared/connection-errors';
import type { RedisSession } from './redis-session';
import { administer } from './redis-target';

/** What every user has that has not been told otherwise. `reset` makes it show. */
const DEFAULT = 'sanitize-payload';

/**
 * The rules of a user but its passwords, each as ACL SETUSER takes it; undefined if there is no such user. They come from ACL
 * LIST, which writes rules as ACL files have them: whatever kinds of rules a server has, they are all in it.
 * @param of what messages call the secret of the session's user
 */
export const rulesOf = async (session: RedisSession, user: string, of: string): Promise<string[] | undefined> => {
  const list = await administer('ACL LIST', session.send('ACL', 'LIST'));
  if (!Array.isArray(list)) throw brokenSession(of, 'an answer that Redis does not give');
  const start = `user ${user} `;
  const line = (list as unknown[]).find((one): one is string => typeof one === 'string' && one.startsWith(start));
  return line === undefined
    ? undefined
    : partsOf(line.slice(start.length)).filter((rule) => !/^[#!]/.test(rule) && rule !== DEFAULT);
};

/** A selector, in parentheses, is one rule with spaces in it. */
const partsOf = (rules: string): string[] => rules.match(/\([^)]*\)|[^\s(]\S*/g) ?? [];

/** @throws InvalidRequestException for a user that takes any password */
export const requirePassword = (rules: readonly string[]): void => {
  if (rules.includes('nopass')) {
    throw invalidRequest('The Redis user that the field "username" of AWSCURRENT names accepts any password (nopass).');
  }
};
