import type { Api } from '../support/api';
import { Flood } from '../support/flood';
import { System, text, unique } from '../support/system';

/**
 * A greedy account, and a neighbour who asks for one thing now and then. The test does not measure time. It counts how many calls
 * of the greedy account the server answers between a question of the neighbour and its answer. If the server answered calls in
 * their order, it would be all that were in flight before: several times what a server works on at once, for which a neighbour
 * may have to wait.
 */
const CALLS = 9;
/**
 * A client on a busy machine takes answers in bursts, and a wait then counts those that lay there before its own. So the lower
 * quartile counts, and there are several rounds. If the server answered calls in their order, every wait would be too long.
 */
const ROUNDS = 5;
jest.setTimeout(300_000);
/** The neighbour waits for no more than this part of what the greedy account has in flight. */
const FACTOR = 0.5;

interface Case {
  flood: string;
  inFlight: number;
  greedy: (api: Api, own: { secretId: string; keyId: string }, n: number) => Promise<unknown>;
  neighbour: (api: Api, secretId: string) => Promise<unknown>;
}

const read = (api: Api, secretId: string) => api.secrets.getSecretValue({ secretId });

const cases: Case[] = [
  { flood: 'reads of a secret', inFlight: 2_000, greedy: (api, { secretId }) => read(api, secretId), neighbour: read },
  {
    flood: 'lists with filters',
    inFlight: 1_000,
    greedy: (api) => api.secrets.listSecrets({ filters: [{ key: 'all', values: ['a b c', 'd e f'] }] }),
    neighbour: read,
  },
  {
    flood: 'lists, and a list',
    inFlight: 1_000,
    greedy: (api) => api.secrets.listSecrets(),
    neighbour: (api) => api.secrets.listSecrets({ maxResults: 1 }),
  },
  {
    flood: 'writes of one secret, and a write',
    inFlight: 1_000,
    greedy: (api, { secretId }, n) => api.secrets.updateSecret({ secretId, description: `description ${n}` }),
    neighbour: (api, secretId) => api.secrets.updateSecret({ secretId, description: unique('of the neighbour') }),
  },
  {
    flood: 'encryptions',
    inFlight: 1_000,
    greedy: (api, { keyId }) => api.keys.encrypt({ keyId, plaintext: Buffer.from('x') }),
    neighbour: read,
  },
  {
    flood: 'users',
    inFlight: 400,
    greedy: (api, _own, n) => (n % 2 ? api.identity.listUsers() : api.identity.createUser({ userName: unique('u') })),
    neighbour: (api) => api.identity.listUsers({ maxItems: 1 }),
  },
  {
    flood: 'lookups',
    inFlight: 400,
    greedy: (api) => api.audit.lookupEvents({ filter: { eventName: 'NoSuchEvent' } }),
    neighbour: (api) => api.audit.lookupEvents({ filter: { eventName: 'NoSuchEvent' } }),
  },
];

let system: System;
beforeAll(async () => {
  system = await System.shared();
});
afterAll(() => system?.stop());

it.each(cases)('$flood of one account do not stand before a call of another', async ({ inFlight, greedy, neighbour }) => {
  const { api: account } = await system.account();
  const { arn } = await account.secrets.createSecret({ name: unique('greedy'), value: text('theirs') });
  const { keyMetadata } = await account.keys.createKey();
  const own = { secretId: arn, keyId: keyMetadata!.arn };
  // As new as the greedy account, so that what it asks for costs as much.
  const { api: modest } = await system.account();
  const { arn: secretId } = await modest.secrets.createSecret({ name: unique('modest'), value: text('ours') });
  const flood = new Flood(inFlight, (n) => greedy(account, own, n));
  try {
    await flood.isUnderWay();
    let least = Infinity;
    for (let round = 0; round < ROUNDS && least >= inFlight * FACTOR; round++) {
      const waits: number[] = [];
      for (let n = 0; n < CALLS; n++) waits.push(await flood.during(() => neighbour(modest, secretId)));
      waits.sort((one, other) => one - other);
      least = Math.min(least, waits[Math.floor(CALLS / 4)]!);
    }
    expect(least).toBeLessThan(inFlight * FACTOR);
  } finally {
    await flood.stop();
  }
});

it('calls that show no credential do not stand before those of who does', async () => {
  const nobody = system.connect({});
  const secretId = await system.secret();
  const flood = new Flood(1_000, (n) => (n % 2 ? nobody.tokens.getSessionToken() : nobody.secrets.getSecretValue({ secretId })));
  try {
    await flood.isUnderWay();
    expect(flood.refused).toBe(flood.answered);
    for (let n = 0; n < CALLS; n++) {
      expect(await system.admin.secrets.getSecretValue({ secretId })).toMatchObject({ name: secretId });
      expect((await system.admin.tokens.getSessionToken()).credentials).toBeDefined();
    }
  } finally {
    await flood.stop();
  }
});
