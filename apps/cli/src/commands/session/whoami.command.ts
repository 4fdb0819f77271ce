import type { Cli } from '../../cli';
import type { AddCommand } from '../../program';
import { when } from '../../output/when';
import { ConfigFile } from '../../session/config-file';
import { openStore } from '../../session/credential-store';
import type { SessionSource } from '../../session/session-options';
import { examples } from '../examples';

export const addWhoami: AddCommand = (program, cli) => {
  program
    .command('whoami')
    .description('who the cluster says you are, and what says so')
    .addHelpText('after', examples('whoami', 'whoami --query arn --output text'))
    .action(async () => {
      const source = await cli.sessionSource();
      const strongroom = await cli.strongroom();
      const { arn, account, userId } = await strongroom.tokens.getCallerIdentity({}, { signal: cli.signal });
      const from = source.kind === 'profile' ? `profile ${source.name}` : 'environment';
      const answer = { arn, account, userId, from, sessionExpires: await expiryOf(cli, source) };
      const fields = { ARN: arn, Account: account, 'User id': userId, From: from, 'Session until': answer.sessionExpires };
      cli.printer.fields(answer, fields);
    });
};

const expiryOf = async (cli: Cli, source: SessionSource): Promise<string | undefined> => {
  if (source.kind !== 'profile') return undefined;
  const store = await openStore(source.profile.store, ConfigFile.of(cli.terminal.env).directory);
  const expiresAt = (await store.read(source.name))?.session?.expiresAt;
  return expiresAt === undefined ? undefined : when(new Date(expiresAt));
};
