import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { addAwsOptions, type AwsFlags, awsOptionsOf } from './aws-options';
import { addImportOptions, type ImportOptions } from './import-options';
import { runImport } from './run-import';

interface AwsImportOptions extends ImportOptions, AwsFlags {
  versions?: boolean;
  policies?: boolean;
}

/** Groups of twenty secrets that are read side by side. */
const MAX_GROUPS = 4;

export const addImportAws: AddCommand = (group, cli, setExitCode) => {
  const command = group
    .command('aws')
    .description('from AWS Secrets Manager, or another Strongroom by its AWS API; versions keep their ids')
    .argument('[prefix]', 'only secrets whose name begins so')
    .option('--versions', 'all versions with their labels, not the current one alone')
    .option('--policies', 'resource policies too: look at the principals that they name');
  addAwsOptions(command).addHelpText(
    'after',
    examples(
      'import aws prod/ --aws-profile production --region eu-west-1 --dry-run',
      'import aws --endpoint-url https://other.example.com:8443 --ca other-ca.pem --versions',
    ),
  );
  addImportOptions(command).action(async (prefix: string | undefined, options: AwsImportOptions) => {
    await runImport(cli, setExitCode, options, async () => {
      const { asked, placeOf, secretsManagerOf } = await import('../../transfer/sources/aws/aws-session');
      const { SecretsManagerSource } = await import('../../transfer/sources/aws/secrets-manager.source');
      const client = await secretsManagerOf(awsOptionsOf(options), cli.terminal.env);
      return new SecretsManagerSource({
        client,
        place: await asked('AWS', () => placeOf(client, awsOptionsOf(options), 'SECRETS_MANAGER', cli.terminal.env)),
        prefix,
        allVersions: options.versions ?? false,
        policies: options.policies ?? false,
        concurrency: Math.min(options.concurrency, MAX_GROUPS),
        signal: cli.signal,
      });
    });
  });
};
