import { SortBy, SortOrder } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { type Api, startTestSecretsApi, text, type TestSecretsApi } from './server.testing';

type Filters = { key: string; values: string[] }[];

describe('ListSecrets', () => {
  let test: TestSecretsApi;
  let admin: Api;

  const listed = async (filters: Filters = [], more: Parameters<Api['listSecrets']>[0] = {}): Promise<string[]> => {
    const names: string[] = [];
    for (let nextToken = ''; ;) {
      const page = await admin.listSecrets({ filters, nextToken, ...more });
      names.push(...page.secretList.map(({ name }) => name));
      if (page.nextToken === '') return names;
      nextToken = page.nextToken;
    }
  };

  beforeAll(async () => {
    test = await startTestSecretsApi('lists');
    admin = test.as();
    const make = async (name: string, description: string, tags: { key: string; value: string }[] = []) => {
      await admin.createSecret({ name, description, tags, value: text('x') });
      test.clock.advance(1_000);
    };
    await make('z-first', 'an secret');
    await make('second', 'asecret', [{ key: 'Team', value: 'Blue whale' }]);
    await make('prod/db', 'One and TWO');
    await make('prod/api', 'two, one', [{ key: 'stage', value: 'prod' }]);
    await make('a-last', 'ÜBER 100% _x_');
  }, 60_000);
  afterAll(() => test?.stop());

  it('tells of the oldest first, page by page, and backwards where it is asked to', async () => {
    const inOrder = ['z-first', 'second', 'prod/db', 'prod/api', 'a-last'];
    expect(await listed()).toEqual(inOrder);
    expect(await listed([], { maxResults: 2 })).toEqual(inOrder);
    expect(await listed([], { sortOrder: SortOrder.DESC, maxResults: 2 })).toEqual([...inOrder].reverse());
    expect(await listed([], { sortBy: SortBy.NAME, maxResults: 1 })).toEqual([...inOrder].sort());
    const { secretValues } = await admin.batchGetSecretValue({ filters: [{ key: 'name', values: ['prod', 'z'] }] });
    expect(secretValues.map(({ name }) => name)).toEqual(['z-first', 'prod/db', 'prod/api']);
  });

  it('goes on in no other order than it began in', async () => {
    const { nextToken } = await admin.listSecrets({ sortOrder: SortOrder.DESC, maxResults: 1 });
    await expect(admin.listSecrets({ nextToken })).rejects.toMatchObject({ reason: 'InvalidNextTokenException' });
  });

  it.each<[string, Filters, string[]]>([
    ['each word begins a word', [{ key: 'description', values: ['a secret'] }], ['z-first']],
    ['in any order', [{ key: 'description', values: ['two one'] }], ['prod/db', 'prod/api']],
    ['in any case', [{ key: 'description', values: ['tW oN'] }], ['prod/db', 'prod/api']],
    ['beyond ASCII', [{ key: 'description', values: ['über'] }], ['a-last']],
    ['signs are no words', [{ key: 'description', values: ['%'] }], []],
    ['nor are they patterns', [{ key: 'description', values: ['100% x'] }], ['a-last']],
    ['one of the values', [{ key: 'description', values: ['asecret', 'über'] }], ['second', 'a-last']],
    ['not', [{ key: 'description', values: ['!secret'] }], ['second', 'prod/db', 'prod/api', 'a-last']],
    [
      'both filters of one key',
      [
        { key: 'description', values: ['two'] },
        { key: 'description', values: ['and'] },
      ],
      ['prod/db'],
    ],
    ['a name', [{ key: 'name', values: ['prod/'] }], ['prod/db', 'prod/api']],
    ['a name with a space', [{ key: 'name', values: ['prod/db '] }], []],
    ['a name with spaces between', [{ key: 'name', values: ['prod db', ' prod'] }], []],
    ['a name in its own case', [{ key: 'name', values: ['Prod'] }], []],
    ['anything', [{ key: 'all', values: ['prod'] }], ['prod/db', 'prod/api']],
    ['anything, of several attributes', [{ key: 'all', values: ['blue team second'] }], ['second']],
    ['a tag', [{ key: 'tag-value', values: ['Blue'] }], ['second']],
    ['no tag in another case', [{ key: 'tag-key', values: ['team'] }], []],
  ])('finds by %s', async (_what, filters, names) => {
    expect(await listed(filters)).toEqual(names);
    expect(await listed(filters, { maxResults: 1 })).toEqual(names);
  });

  it('gets on past many that the database takes for matches and that are none', async () => {
    const description = 'nomatch';
    for (let n = 0; n < 20; n++) await admin.createSecret({ name: `many/${n}`, description });
    await admin.createSecret({ name: 'many/match', description: 'a match' });
    const filters = [{ key: 'description', values: ['match'] }];
    expect(await listed(filters, { maxResults: 2 })).toEqual(['many/match']);
    expect(await listed(filters)).toEqual(['many/match']);
  });

  it('refuses more words than it will look for, before it asks the database', async () => {
    const values = Array.from({ length: 10 }, (_, n) => Array.from({ length: 11 }, (__, word) => `w${n}x${word}`).join(' '));
    const refused = { reason: 'InvalidParameterException', message: expect.stringContaining('at most 100 words') };
    await expect(admin.listSecrets({ filters: [{ key: 'all', values }] })).rejects.toMatchObject(refused);
    await expect(admin.batchGetSecretValue({ filters: [{ key: 'description', values }] })).rejects.toMatchObject(refused);
  });
});
