import { setMaxListeners } from 'node:events';
import { Judge, parseAction, Principals, type Question, Targets } from '@strongroom/access-questions';
import type { ContextValue } from '@strongroom/policy';
import { InvalidArgumentError } from 'commander';
import type { Cli } from '../../cli';

/** Reads one `KEY=VALUE`; a key that is given more than once has several values. */
export const collectContext = (text: string, before: Readonly<Record<string, string[]>> = {}): Record<string, string[]> => {
  const [, key, value] = /^([^=\s]+:[^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('It must be KEY=VALUE, such as aws:SourceIp=10.0.0.7.');
  const name = key.toLowerCase();
  return { ...before, [name]: [...(before[name] ?? []), value!] };
};

/** Everything that a question of access needs. */
export interface Court extends Question {
  /** The ARN of whoever asks. */
  me: string;
}

/** Reads what an action is done to, and makes ready to judge. */
export const openCourt = async (
  cli: Cli,
  question: { action: string; what: string; context?: Readonly<Record<string, string[]>> },
): Promise<Court> => {
  const action = parseAction(question.action);
  // Each of many calls at a time listens to it.
  setMaxListeners(0, cli.signal);
  const given: Record<string, ContextValue> = {};
  for (const [key, values] of Object.entries(question.context ?? {})) given[key] = values.length === 1 ? values[0] : values;
  const strongroom = await cli.strongroom();
  const { account, arn: me } = await strongroom.tokens.getCallerIdentity({}, { signal: cli.signal });
  const principals = new Principals(strongroom, cli.signal, account);
  const targets = new Targets(strongroom, principals, cli.signal, cli.terminal.env['STRONGROOM_REGION']);
  const target = await targets.find(question.what, action);
  const judge = new Judge(strongroom, targets, cli.signal, given);
  return { source: strongroom, principals, judge, action, target, signal: cli.signal, me };
};
