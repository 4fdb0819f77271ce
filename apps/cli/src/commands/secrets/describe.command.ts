import type { DescribeSecretResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { day, when } from '../../output/when';
import type { AddCommand } from '../../program';
import { examples } from '../examples';

export const addDescribe: AddCommand = (program, cli) => {
  program
    .command('describe')
    .description('everything about a secret but its value')
    .argument('<secret>', 'name or ARN')
    .addHelpText('after', examples('describe prod/db', 'describe prod/db --output yaml'))
    .action(async (secretId: string) => {
      const { secrets } = await cli.strongroom();
      const described = await secrets.describeSecret({ secretId }, { signal: cli.signal });
      cli.printer.fields(described, fieldsOf(described));
    });
};

const fieldsOf = (secret: DescribeSecretResponse) => {
  const { rotationRules: rules } = secret;
  const days = rules?.automaticallyAfterDays;
  const everySoOften = rules?.scheduleExpression ?? (days === undefined ? undefined : `every ${days} days`);
  const versions = Object.entries(secret.versionIdsToStages).map(([id, { stages }]) => `${stages.join(' ')}: ${id}`);
  return {
    Name: secret.name,
    ARN: secret.arn,
    Description: secret.description,
    Key: secret.kmsKeyId,
    Created: when(secret.createdDate),
    Changed: when(secret.lastChangedDate),
    'Last read': day(secret.lastAccessedDate),
    Deleted: when(secret.deletedDate),
    Rotation: secret.rotationEnabled === undefined ? undefined : secret.rotationEnabled ? (everySoOften ?? 'on demand') : 'off',
    Rotated: when(secret.lastRotatedDate),
    'Next rotation': when(secret.nextRotationDate),
    Tags: secret.tags.map(({ key, value }) => `${key}=${value}`).join(', '),
    Versions: versions.join(', '),
  };
};
