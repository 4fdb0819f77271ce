import { decisionOf, known, nameOf, parseWho, type Verdict } from '@strongroom/access-questions';
import { EXIT } from '../../exit-code';
import type { Printer } from '../../output/printer';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { collectContext, openCourt } from './court';

interface CanOptions {
  context?: Record<string, string[]>;
}

const EXIT_CODES = { allowed: EXIT.ok, denied: EXIT.refused, unknown: EXIT.incomplete } as const;

export const addCan: AddCommand = (program, cli, setExitCode) => {
  program
    .command('can')
    .description('say whether somebody may do something, and which statement of which policy decides')
    .argument('<who>', 'me, user/NAME, role/NAME, or the ARN of a user, role or role session')
    .argument('<action>', 'such as secretsmanager:GetSecretValue, or GetSecretValue')
    .argument('<what>', 'a secret, a key or its alias, user/NAME, role/NAME, an ARN, or *')
    .option('--context <key=value>', 'a condition key of the call; may be repeated', collectContext)
    .addHelpText('after', NOTES)
    .addHelpText(
      'after',
      examples(
        'can me GetSecretValue prod/db',
        'can user/ann secretsmanager:PutSecretValue prod/db --context aws:SourceIp=10.0.0.7',
        'can role/deploy kms:Decrypt alias/orders',
      ),
    )
    .action(async (who: string, action: string, what: string, { context }: CanOptions) => {
      const { principals, judge, me, ...question } = await openCourt(cli, { action, what, context });
      const whom = parseWho(who === 'me' ? me : who, principals.accountId);
      const principal = await known(principals.find(whom), 'the read actions of iam', `${whom.kind} ${whom.name}`);
      const verdict = await judge.judge(principal, question.action, question.target);
      show(cli.printer, verdict, sessionNote(me, who));
      setExitCode(EXIT_CODES[decisionOf(verdict)]);
    });
};

const NOTES = `
The answer follows from the policies as they are now: those of the user or role, of groups, the boundary, and those of what the
action is done to. It cannot know session policies and session tags, nor condition keys that only a real call has: it says which
ones it took as absent, and --context gives them.

Exit codes: 0 allowed, 4 denied, 7 cannot be told from here (you may not read a policy, or another account decides).
`;

/** A session may be narrower than its role, which nobody sees from outside. */
const sessionNote = (me: string, who: string): string[] =>
  who === 'me' && me.includes(':assumed-role/')
    ? ['Policies and tags of your session are not known here, and may narrow it.']
    : [];

const show = (printer: Printer, verdict: Verdict, notes: readonly string[]): void => {
  const whole = { ...verdict, decision: decisionOf(verdict), notes: [...verdict.notes, ...notes] };
  const chain = chainOf(verdict);
  // What is denied first decides.
  const deciding = chain.find(({ decision }) => decision === 'denied') ?? chain.find(({ decision }) => decision === 'unknown');
  printer.one(whole, {
    DECISION: () => wordsOf(deciding ?? verdict),
    BECAUSE: () => chain.map(({ action, because }) => (chain.length > 1 ? `${action}: ${because}` : because)).join(' '),
    WHO: () => verdict.who,
    ACTION: () => verdict.action,
    WHAT: () => verdict.resource,
    POLICY: () => (deciding ?? verdict).policy && nameOf((deciding ?? verdict).policy!),
    STATEMENT: () => statementOf(deciding ?? verdict),
    ASSUMED: () => assumedOf(chain),
    NOTE: () => [...chain.flatMap((one) => one.notes), ...notes].join(' '),
  });
};

const chainOf = (verdict: Verdict): Verdict[] => [verdict, ...(verdict.needs ? chainOf(verdict.needs) : [])];

const wordsOf = ({ decision, denial }: Verdict): string =>
  decision === 'denied' ? `denied ${denial === 'explicit' ? 'explicitly' : 'implicitly'}` : decision;

const statementOf = ({ policy }: Verdict): string | undefined =>
  policy?.statement && `${policy.statement}${policy.sid === undefined ? '' : ` (${policy.sid})`}: ${policy.effect!}`;

const assumedOf = (chain: readonly Verdict[]): string =>
  [
    ...new Set(
      chain.flatMap(({ assumed }) => assumed.map(({ key, value }) => `${key} ${value === undefined ? 'absent' : `= ${value}`}`)),
    ),
  ].join(', ');
