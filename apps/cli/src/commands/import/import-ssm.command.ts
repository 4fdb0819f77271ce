import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { addAwsOptions, type AwsFlags, awsOptionsOf } from './aws-options';
import { addImportOptions, type ImportOptions } from './import-options';
import { runImport } from './run-import';

interface SsmImportOptions extends ImportOptions, AwsFlags {
  versions?: boolean;
}

/** Groups of ten parameters that are read side by side: AWS allows few requests a second. */
const MAX_GROUPS = 2;

export const addImportSsm: AddCommand = (group, cli, setExitCode) => {
  const command = group
    .command('ssm')
    .description("from AWS Systems Manager's Parameter Store; values are decrypted")
    .argument('[prefix]', 'only parameters whose name begins so')
    .option('--versions', 'all versions that AWS keeps, not the newest alone');
  addAwsOptions(command).addHelpText('after', examples('import ssm /prod/ --strip-prefix / --region eu-west-1'));
  addImportOptions(command).action(async (prefix: string | undefined, options: SsmImportOptions) => {
    await runImport(cli, setExitCode, options, async () => {
      const { asked, placeOf, secretsManagerOf } = await import('../../transfer/sources/aws/aws-session');
      const { SsmSource } = await import('../../transfer/sources/aws/ssm.source');
      const { isThrottled, SsmClient } = await import('../../transfer/sources/aws/ssm-client');
      const { ApiClient } = await import('../../transfer/sources/http/api-client');
      const { env } = cli.terminal;
      const aws = await secretsManagerOf(awsOptionsOf(options), env);
      const place = await asked('AWS', () => placeOf(aws, awsOptionsOf(options), 'SSM', env));
      const api = new ApiClient({
        address: place,
        addressFrom: '--endpoint-url',
        caFile: options.ca ?? env['AWS_CA_BUNDLE'],
        signal: cli.signal,
        isPassing: isThrottled,
      });
      return new SsmSource({
        client: new SsmClient(api, `AWS Parameter Store (${place})`, aws),
        place,
        prefix,
        allVersions: options.versions ?? false,
        withoutTags: !options.tags,
        concurrency: Math.min(options.concurrency, MAX_GROUPS),
        close: () => {
          api.close();
          aws.destroy();
        },
      });
    });
  });
};
