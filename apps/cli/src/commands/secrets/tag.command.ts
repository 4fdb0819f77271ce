import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { tag, type TagQuery } from './tag-text';
import { collect } from '../options';

export const addTag: AddCommand = (program, cli) => {
  program
    .command('tag')
    .description('add tags to a secret, or change them')
    .argument('<secret>', 'name or ARN')
    .argument('<key=value...>', 'the tags', collect(tag))
    .addHelpText('after', examples('tag prod/db team=payments tier=1'))
    .action(async (secretId: string, tags: Required<TagQuery>[]) => {
      const { secrets } = await cli.strongroom();
      await secrets.tagResource({ secretId, tags }, { signal: cli.signal });
      cli.printer.done(`Tagged ${secretId}.`, { name: secretId, tags });
    });
};

export const addUntag: AddCommand = (program, cli) => {
  program
    .command('untag')
    .description('remove tags from a secret')
    .argument('<secret>', 'name or ARN')
    .argument('<key...>', 'the keys of the tags')
    .addHelpText('after', examples('untag prod/db tier'))
    .action(async (secretId: string, tagKeys: string[]) => {
      const { secrets } = await cli.strongroom();
      await secrets.untagResource({ secretId, tagKeys }, { signal: cli.signal });
      cli.printer.done(`Untagged ${secretId}.`, { name: secretId, tagKeys });
    });
};
