import { constants } from 'node:os';
import { InvalidArgumentError } from 'commander';

/** What happens to a running program when one of its secrets changes. */
export type OnChange = { kind: 'restart' } | { kind: 'signal'; signal: NodeJS.Signals } | { kind: 'exec'; command: string };

/** Reads `restart`, `signal:HUP` or `exec:<command>`. @throws InvalidArgumentError */
export const onChangeOption = (text: string): OnChange => {
  if (text === 'restart') return { kind: 'restart' };
  const [, kind, rest = ''] = /^(signal|exec):(.+)$/s.exec(text) ?? [];
  if (kind === 'signal') return { kind, signal: signalOption(rest) };
  if (kind === 'exec') return { kind, command: rest };
  throw new InvalidArgumentError('It must be restart, signal:<name>, such as signal:HUP, or exec:<command>.');
};

/** Reads `HUP` or `SIGHUP`. @throws InvalidArgumentError */
export const signalOption = (text: string): NodeJS.Signals => {
  const name = text.toUpperCase().replace(/^(SIG)?/, 'SIG');
  if (!Object.hasOwn(constants.signals, name)) throw new InvalidArgumentError(`There is no signal ${text}.`);
  return name as NodeJS.Signals;
};
