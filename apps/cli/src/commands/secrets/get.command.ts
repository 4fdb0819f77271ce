import type { SecretVersion } from '@strongroom/client';
import type { Cli } from '../../cli';
import { usageError } from '../../cli-error';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { bytesOf, fieldOf, MASK, masked } from './value-text';

interface GetOptions {
  key?: string;
  stage?: string;
  versionId?: string;
  reveal?: boolean;
}

export const addGet: AddCommand = (program, cli) => {
  program
    .command('get')
    .description("print a secret's value; on a terminal it is masked unless you say --reveal")
    .argument('<secret>', 'name or ARN')
    .option('-k, --key <key>', 'one field of a value that is a JSON object')
    .option('--stage <label>', 'staging label of the version; default: AWSCURRENT')
    .option('--version-id <id>', 'the version')
    .option('--reveal', 'show the value on a terminal')
    .addHelpText(
      'after',
      examples(
        'get prod/db --key password | my-program --password-from-stdin',
        'get prod/db --stage AWSPREVIOUS --reveal',
        'get prod/tls.key > /dev/shm/tls.key',
        "get prod/db --query '[versionId, createdDate]'",
      ),
    )
    .action(async (secretId: string, options: GetOptions) => {
      const strongroom = await cli.strongroom();
      const { stage: versionStage, versionId } = options;
      const version = await strongroom.secrets.getSecretValue({ secretId, versionStage, versionId }, { signal: cli.signal });
      print(cli, secretId, version, options);
    });
};

/** What was asked for: into a pipe exactly the bytes, on a terminal a mask. */
const print = ({ printer, terminal }: Cli, secretId: string, version: SecretVersion, { key, reveal }: GetOptions): void => {
  const isHidden = terminal.stdout.isTTY === true && !reveal;
  const field = key === undefined ? undefined : fieldOf(secretId, version, key);
  if (printer.isStructured) {
    const answer = field === undefined ? version : { name: version.name, versionId: version.versionId, key, value: field };
    return printer.one(!isHidden ? answer : field === undefined ? masked(version) : { ...answer, value: MASK });
  }
  if (isHidden) return printer.line(`${MASK} (masked: give --reveal, or pipe it to a program)`);
  if (!terminal.stdout.isTTY) return printer.raw(field ?? bytesOf(version));
  if (version.secretBinary !== undefined) {
    throw usageError(`The value of ${secretId} is binary, which a terminal cannot show.`, 'Pipe it to a program or into a file.');
  }
  printer.line(field ?? version.secretString ?? '');
};
