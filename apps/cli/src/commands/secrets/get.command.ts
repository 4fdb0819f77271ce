import type { SecretVersion } from '@strongroom/client';
import type { AddCommand } from '../../program';
import { examples } from '../examples';

interface GetOptions {
  stage?: string;
  versionId?: string;
  reveal?: boolean;
}

export const addGet: AddCommand = (program, cli) => {
  program
    .command('get')
    .description("print a secret's value; on a terminal it is masked unless you say --reveal")
    .argument('<secret>', 'name or ARN')
    .option('--stage <label>', 'staging label of the version; default: AWSCURRENT')
    .option('--version-id <id>', 'the version')
    .option('--reveal', 'show the value on a terminal')
    .addHelpText('after', examples('get prod/db | jq -r .password', 'get prod/db --stage AWSPREVIOUS --reveal'))
    .action(async (secretId: string, options: GetOptions) => {
      const strongroom = await cli.strongroom();
      const { stage: versionStage, versionId } = options;
      const version = await strongroom.secrets.getSecretValue({ secretId, versionStage, versionId }, { signal: cli.signal });
      const { printer, terminal, flags } = cli;
      if (flags.output === 'json' || flags.output === 'yaml' || flags.query !== undefined) return printer.one(version);
      if (!terminal.stdout.isTTY) return printer.raw(bytesOf(version));
      printer.line(options.reveal ? bytesOf(version).toString() : '******** (masked: give --reveal, or pipe it to a program)');
    });
};

const bytesOf = ({ secretString, secretBinary }: SecretVersion): Buffer => secretBinary ?? Buffer.from(secretString ?? '');
