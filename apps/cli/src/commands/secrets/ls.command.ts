import type { AddCommand } from '../../program';
import { examples } from '../examples';

export const addLs: AddCommand = (program, cli) => {
  program
    .command('ls')
    .description('list secrets, never values')
    .argument('[prefix]', 'of the names')
    .addHelpText('after', examples('ls prod/', "ls --output json --query '[].Name'"))
    .action(async (prefix: string | undefined) => {
      const strongroom = await cli.strongroom();
      const filters = prefix === undefined ? [] : [{ key: 'name', values: [prefix] }];
      const secrets = [];
      for await (const secret of strongroom.secrets.listSecrets({ filters }, { signal: cli.signal })) secrets.push(secret);
      cli.printer.rows(secrets, {
        NAME: ({ name }) => name,
        CHANGED: ({ lastChangedDate }) => lastChangedDate?.toISOString(),
        DESCRIPTION: ({ description }) => description,
      });
    });
};
