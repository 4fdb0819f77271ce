import { day, when } from '../../output/when';
import type { AddCommand } from '../../program';
import { examples } from '../examples';

export const addHistory: AddCommand = (program, cli) => {
  program
    .command('history')
    .description('the versions of a secret, newest first, with their labels')
    .argument('<secret>', 'name or ARN')
    .option('--labelled', 'only versions with a staging label')
    .addHelpText('after', examples('history prod/db', "history prod/db --query 'versions[0].versionId' --output text"))
    .action(async (secretId: string, { labelled }: { labelled?: boolean }) => {
      const strongroom = await cli.strongroom();
      const request = { secretId, includeDeprecated: !labelled };
      const versions = await strongroom.secrets.listSecretVersionIds(request, { signal: cli.signal }).all();
      versions.sort((one, other) => (other.createdDate?.getTime() ?? 0) - (one.createdDate?.getTime() ?? 0));
      cli.printer.rows(
        versions,
        {
          VERSION: ({ versionId }) => versionId,
          CREATED: ({ createdDate }) => when(createdDate),
          'LAST READ': ({ lastAccessedDate }) => day(lastAccessedDate),
          LABELS: ({ versionStages }) => versionStages.join(' '),
        },
        { name: secretId, versions },
      );
    });
};
