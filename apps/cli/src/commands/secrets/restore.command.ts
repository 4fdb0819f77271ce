import type { AddCommand } from '../../program';
import { examples } from '../examples';

export const addRestore: AddCommand = (program, cli) => {
  program
    .command('restore')
    .description('bring back a deleted secret, within its recovery window')
    .argument('<secret>', 'name or ARN')
    .addHelpText('after', examples('restore prod/db'))
    .action(async (secretId: string) => {
      const { secrets } = await cli.strongroom();
      const restored = await secrets.restoreSecret({ secretId }, { signal: cli.signal });
      cli.printer.done(`Restored ${restored.name}.`, restored);
    });
};
