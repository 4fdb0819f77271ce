import { decisionOf, judgeEverybody, nameOf, outsidersOf } from '@strongroom/access-questions';
import { EXIT } from '../../exit-code';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { collectContext, openCourt } from './court';

interface WhoCanOptions {
  context?: Record<string, string[]>;
}

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
      const question = await openCourt(cli, { action, what, context });
      const { judged } = await judgeEverybody(question);
      const able = judged.filter(({ verdict }) => decisionOf(verdict) === 'allowed');
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
        cli.printer.note(`Nobody of account ${question.principals.accountId} may do this (${judged.length} were asked).`);
      setExitCode(EXIT.ok);
    });
};
