import type { Cli } from '../../../cli';
import type { AddCommand } from '../../../program';
import { Progress } from '../../../transfer/support/progress';
import { examples } from '../../examples';
import { addAwsOptions, type AwsFlags, awsOptionsOf } from '../../import/aws-options';
import type { ExportPlace } from './export-place';
import { FolderPlace } from './folder-place';
import { parseBucket, type Bucket } from './s3-place';
import { exportTrail } from './trail-exporter';

export const addTrailExport: AddCommand = (program, cli) => {
  const command = program
    .command('export')
    .description("write what has entered the trail since the last export, in CloudTrail's files and folders")
    .argument('<destination>', 'a folder, or s3://bucket/prefix');
  addAwsOptions(command)
    .addHelpText(
      'after',
      `
The files are AWSLogs/ACCOUNT/CloudTrail/REGION/yyyy/mm/dd/….json.gz. A file beside AWSLogs says how far the export got:
the same command goes on there. The options are those of S3; its endpoint is not taken from AWS_ENDPOINT_URL, which leads to
Strongroom's gateway, but from AWS_ENDPOINT_URL_S3.
${examples('trail export /var/log/strongroom', 'trail export s3://audit/strongroom --aws-profile archive --region eu-west-1')}`,
    )
    .action(async (destination: string, options: AwsFlags) => {
      const bucket = parseBucket(destination);
      const { audit, tokens } = await cli.strongroom();
      const { account } = await tokens.getCallerIdentity({}, { signal: cli.signal });
      const place = bucket ? await s3PlaceOf(cli, bucket, options) : new FolderPlace(destination);
      const progress = new Progress(cli.terminal);
      try {
        const { events, files, sequence } = await exportTrail({
          audit,
          accountId: account,
          place,
          signal: cli.signal,
          progress: (exported, of) => progress.tell(`Exported ${exported} of ${of} events`),
        });
        progress.end();
        const what = `${events} ${events === 1 ? 'event' : 'events'} in ${files} ${files === 1 ? 'file' : 'files'}`;
        cli.printer.done(`Exported ${what}, up to event ${sequence}.`, { events, files, sequence: String(sequence) });
      } finally {
        progress.end();
        place.close();
      }
    });
};

const s3PlaceOf = async (cli: Cli, bucket: Bucket, flags: AwsFlags): Promise<ExportPlace> => {
  const { asked, secretsManagerOf } = await import('../../../transfer/sources/aws/aws-session');
  const { ApiClient } = await import('../../../transfer/sources/http/api-client');
  const { S3Place } = await import('./s3-place');
  const { env } = cli.terminal;
  const options = awsOptionsOf(flags);
  // It is asked for credentials and the region alone.
  const aws = await secretsManagerOf(options, env);
  const region = await asked('S3', () => aws.config.region());
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const api = new ApiClient({
    address: options.endpointUrl ?? env['AWS_ENDPOINT_URL_S3'] ?? `https://s3.${region}.${domain}`,
    addressFrom: '--endpoint-url',
    caFile: options.caFile ?? env['AWS_CA_BUNDLE'],
    signal: cli.signal,
  });
  return new S3Place(api, bucket, { credentials: () => asked('S3', () => aws.config.credentials()), region }, () =>
    aws.destroy(),
  );
};
