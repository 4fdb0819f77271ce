import { isDomainError } from '@strongroom/errors';
import type { AccessSource } from './access-source';
import type { Action } from './action';
import type { Judge } from './judge';
import type { KnownPrincipal, Principals } from './principals';
import { known, type Target } from './target';
import type { Verdict } from './verdict';

/** Users and roles that are read at a time. */
const CONCURRENCY = 8;

/** What a question is about, and what is known for its answer. */
export interface Question {
  source: AccessSource;
  principals: Principals;
  judge: Judge;
  action: Action;
  target: Target;
  signal: AbortSignal;
}

export interface Judged {
  principal: KnownPrincipal;
  verdict: Verdict;
}

/**
 * Judges the users and roles of the account, in the order of their lists.
 *
 * @param limit the most that are judged; default: all
 * @throws AccessQuestionError if whoever asks may not read what decides
 */
export const judgeEverybody = async (
  { source, principals, judge, action, target, signal }: Question,
  limit = Infinity,
): Promise<{ judged: Judged[]; isCut: boolean }> => {
  const [users, roles] = await Promise.all([
    known(source.identity.listUsers({}, { signal }).all(), 'iam:ListUsers', '*'),
    known(source.identity.listRoles({}, { signal }).all(), 'iam:ListRoles', '*'),
  ]);
  const finds: (() => Promise<KnownPrincipal>)[] = [
    ...users.map((user) => () => principals.ofUser(user)),
    ...roles.map((role) => () => principals.ofRole(role)),
  ];
  const judged = await inParallel(finds.slice(0, limit), async (find) => {
    const principal = await present(known(find(), 'the read actions of iam', 'all users and roles'));
    return principal && { principal, verdict: await judge.judge(principal, action, target) };
  });
  return { judged: judged.filter((one) => one !== undefined), isCut: finds.length > limit };
};

/** At most CONCURRENCY at a time; the results in the order of the items. Rejects with the first failure. */
const inParallel = async <Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> => {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return results;
};

/** Undefined for somebody who was deleted meanwhile. */
const present = async <T>(read: Promise<T>): Promise<T | undefined> => {
  try {
    return await read;
  } catch (error) {
    if (isDomainError(error) && error.reason === 'NoSuchEntity') return undefined;
    throw error;
  }
};

/** Principals of other accounts, and services, that an Allow of the resource's policy names. */
export const outsidersOf = ({ policy, accountId }: Target): string[] => {
  const names = (policy?.compiled.allows ?? []).flatMap(({ principals }) => {
    if (principals === undefined || principals.negated) return [];
    const { anyone, accounts, arns, services } = principals.names;
    return [...(anyone ? ['everybody (*)'] : []), ...accounts, ...arns, ...services];
  });
  return [...new Set(names)].filter((name) => name !== accountId && !name.includes(`::${accountId}:`));
};
