import { Option } from 'commander';
import { SortBy, SortOrder } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { when } from '../../output/when';
import type { AddCommand } from '../../program';
import { collect, positiveInteger } from '../options';
import { examples } from '../examples';
import { type TagQuery, tagQuery } from './tag-text';

const sortBy = {
  name: SortBy.NAME,
  created: SortBy.CREATED_DATE,
  changed: SortBy.LAST_CHANGED_DATE,
  accessed: SortBy.LAST_ACCESSED_DATE,
} as const;

interface LsOptions {
  name?: string[];
  tag?: TagQuery[];
  description?: string[];
  all?: string[];
  includeDeleted?: boolean;
  sort: keyof typeof sortBy;
  reverse?: boolean;
  limit?: number;
}

export const addLs: AddCommand = (program, cli) => {
  program
    .command('ls')
    .description('list secrets, never values; with several filters, what all of them match')
    .argument('[prefix]', 'of the names')
    .option('--name <prefix>', 'names that begin so; several times: any of them', collect())
    .option('--tag <key[=value]>', 'secrets with this tag; several times: with all of them', collect(tagQuery))
    .option('--description <words>', 'words of the description', collect())
    .option('--all <words>', 'words of the name, the description, or a tag', collect())
    .option('--include-deleted', 'also those that are scheduled for deletion')
    .addOption(new Option('--sort <by>', 'in which order').choices(Object.keys(sortBy)).default('name'))
    .option('--reverse', 'the other way round')
    .option('--limit <n>', 'at most so many', positiveInteger)
    .addHelpText(
      'after',
      examples('ls prod/', 'ls --tag team=payments --sort accessed', "ls --output json --query '[?rotationEnabled].name'"),
    )
    .action(async (prefix: string | undefined, options: LsOptions) => {
      const strongroom = await cli.strongroom();
      const { includeDeleted, sort, reverse, limit = Infinity } = options;
      const request = {
        filters: filtersOf(prefix, options),
        includePlannedDeletion: includeDeleted,
        sortBy: sortBy[sort],
        sortOrder: reverse ? SortOrder.DESC : SortOrder.ASC,
      };
      const secrets = [];
      for await (const secret of strongroom.secrets.listSecrets(request, { signal: cli.signal })) {
        if (!hasTags(secret.tags, options.tag)) continue;
        secrets.push(secret);
        if (secrets.length >= limit) break;
      }
      cli.printer.rows(secrets, {
        NAME: ({ name }) => name,
        CHANGED: ({ lastChangedDate }) => when(lastChangedDate),
        ...(includeDeleted && { DELETED: ({ deletedDate }) => when(deletedDate) }),
        DESCRIPTION: ({ description }) => description,
      });
    });
};

const filtersOf = (prefix: string | undefined, { name = [], tag = [], description = [], all = [] }: LsOptions) => [
  ...(prefix === undefined ? [] : [{ key: 'name', values: [prefix] }]),
  ...(name.length === 0 ? [] : [{ key: 'name', values: name }]),
  ...description.map((words) => ({ key: 'description', values: [words] })),
  ...all.map((words) => ({ key: 'all', values: [words] })),
  ...tag.flatMap(({ key, value }) => [
    { key: 'tag-key', values: [key] },
    ...(value ? [{ key: 'tag-value', values: [value] }] : []),
  ]),
];

/** The service compares beginnings, and keys and values apart. */
const hasTags = (tags: readonly { key: string; value: string }[], wanted: readonly TagQuery[] = []): boolean =>
  wanted.every(({ key, value }) => tags.some((tag) => tag.key === key && (value === undefined || tag.value === value)));
