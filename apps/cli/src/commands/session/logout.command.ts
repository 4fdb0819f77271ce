import { StrongroomClient } from '@strongroom/client';
import type { Cli } from '../../cli';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import { when } from '../../output/when';
import type { AddCommand } from '../../program';
import { ConfigFile } from '../../session/config-file';
import { type HeldSession, openStore } from '../../session/credential-store';
import type { Profile } from '../../session/profile';
import { anonymousOptions } from '../../session/session-options';
import { examples } from '../examples';

export const addLogout: AddCommand = (program, cli) => {
  program
    .command('logout')
    .description('end the session, and forget the credential of the profile')
    .addHelpText('after', examples('logout', 'logout --profile prod'))
    .action(() => logout(cli));
};

const logout = async (cli: Cli): Promise<void> => {
  const source = await cli.sessionSource();
  if (source.kind === 'environment') {
    throw new CliError('The variables of this shell say as whom you call, and no profile.', {
      exitCode: EXIT.usage,
      hint: 'Unset them, or say --profile.',
    });
  }
  const { name, profile } = source;
  const config = ConfigFile.of(cli.terminal.env);
  const store = await openStore(profile.store, config.directory);
  const session = (await store.read(name))?.session;
  const isRevoked = session === undefined || (await revoke(cli, profile, session));
  await store.remove(name);
  await config.put(name, { ...profile, store: undefined, signedOut: true });
  if (!isRevoked) {
    const until = session.expiresAt === undefined ? 'until it expires' : `until ${when(new Date(session.expiresAt))}`;
    throw new CliError(`Signed out of ${name}, but the cluster did not end the session: its token is valid ${until}.`, {
      exitCode: EXIT.incomplete,
    });
  }
  cli.printer.done(`Signed out of ${name}.`, { profile: name });
};

/** @returns whether nobody can use the token any more */
const revoke = async (cli: Cli, profile: Profile, { token, accessKeyId }: HeldSession): Promise<boolean> => {
  // A token from somebody else does not say which session it is, and is not ours to end.
  if (accessKeyId === undefined) return true;
  try {
    const client = new StrongroomClient({ ...(await anonymousOptions(profile, cli.sessionFlags)), token });
    try {
      await client.tokens.revokeSessions({ accessKeyId }, { signal: cli.signal });
      return true;
    } finally {
      client.close();
    }
  } catch (error) {
    return (error as { kind?: string }).kind === 'unauthenticated';
  }
};
