import { NoSuchEntity } from '@strongroom/client';
import { inParallel } from '../../concurrency';
import { EXIT } from '../../exit-code';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { collectContext, openCourt } from './court';
import { nameOf } from './policy-source';
import type { KnownPrincipal } from './principals';
import { known, type Target } from './target';
import { decisionOf } from './verdict';

interface WhoCanOptions {
  context?: Record<string, string[]>;
}

/** Users and roles that are read at a time. */
const CONCURRENCY = 8;

export const addWhoCan: AddCommand = (program, cli, setExitCode) => {
  program
    .command('who-can')
    .description('list the users and roles of your account that may do something, and the policy that lets them')
    .argument('<action>', 'such as secretsmanager:GetSecretValue, or GetSecretValue')
    .argument('<what>', 'a secret, a key or its alias, user/NAME, role/NAME, an ARN, or *')
    .option('--context <key=value>', 'a condition key of the call; may be repeated', collectContext)
    .addHelpText('after', '\nOther accounts are not listed: their own policies decide as well, and cannot be read from here.\n')
    .addHelpText('after', examples('who-can GetSecretValue prod/db', "who-can kms:Decrypt alias/orders --query '[].who' -o text"))
    .action(async (action: string, what: string, { context }: WhoCanOptions) => {
      const { strongroom, principals, judge, ...question } = await openCourt(cli, { action, what, context });
      const options = { signal: cli.signal };
      const [users, roles] = await Promise.all([
        known(strongroom.identity.listUsers({}, options).all(), 'iam:ListUsers', '*'),
        known(strongroom.identity.listRoles({}, options).all(), 'iam:ListRoles', '*'),
      ]);
      const finds: (() => Promise<KnownPrincipal>)[] = [
        ...users.map((user) => () => principals.ofUser(user)),
        ...roles.map((role) => () => principals.ofRole(role)),
      ];
      const verdicts = await inParallel(finds, CONCURRENCY, async (find) => {
        const principal = await present(known(find(), 'the read actions of iam', 'all users and roles'));
        return principal && { principal, verdict: await judge.judge(principal, question.action, question.target) };
      });
      const able = verdicts.filter((one) => one !== undefined && decisionOf(one.verdict) === 'allowed').map((one) => one!);
      cli.printer.rows(
        able,
        {
          WHO: ({ principal: { who } }) => `${who.kind}/${who.name}`,
          POLICY: ({ verdict: { policy } }) => policy && nameOf(policy),
          STATEMENT: ({ verdict: { policy } }) => policy?.sid ?? policy?.statement,
          ASSUMED: ({ verdict: { assumed } }) => assumed.map(({ key }) => key).join(', '),
        },
        able.map(({ principal: { who }, verdict }) => ({ principal: `${who.kind}/${who.name}`, ...verdict })),
      );
      const others = outsidersOf(question.target);
      if (others.length > 0) cli.printer.note(`The policy of ${question.target.arn} also names: ${others.join(', ')}.`);
      if (able.length === 0)
        cli.printer.note(`Nobody of account ${principals.accountId} may do this (${finds.length} were asked).`);
      setExitCode(EXIT.ok);
    });
};

/** Undefined for somebody who was deleted meanwhile. */
const present = async <T>(read: Promise<T>): Promise<T | undefined> => {
  try {
    return await read;
  } catch (error) {
    if (error instanceof NoSuchEntity) return undefined;
    throw error;
  }
};

/** Principals of other accounts, and services, that an Allow of the resource's policy names. */
const outsidersOf = ({ policy, accountId }: Target): string[] => {
  const names = (policy?.compiled.allows ?? []).flatMap(({ principals }) => {
    if (principals === undefined || principals.negated) return [];
    const { anyone, accounts, arns, services } = principals.names;
    return [...(anyone ? ['everybody (*)'] : []), ...accounts, ...arns, ...services];
  });
  return [...new Set(names)].filter((name) => name !== accountId && !name.includes(`::${accountId}:`));
};
