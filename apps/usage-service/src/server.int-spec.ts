import { callerForTests, FakePrincipalSource } from '@strongroom/access';
import { InMemoryRecorder } from '@strongroom/audit-trail';
import { AWS_PRICES } from '@strongroom/billing';
import { DAY, ManualClock } from '@strongroom/clock';
import { GetUsageRequest, Granularity, GroupBy, PriceList, Product } from '@strongroom/contracts/strongroom/usage/v1/usage';
import * as messages from '@strongroom/contracts/strongroom/usage/v1/usage';
import { connectTo, type ServiceClient } from '@strongroom/grpc-kit';
import { type OneAttempt, oneAttempt } from '@strongroom/grpc-kit/testing';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { usageService } from '@strongroom/methods';
import { type RunningService, startService } from '@strongroom/service';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { eventually, oddRequests, TestPki, tryOddInput, unsigned } from '@strongroom/testing';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Others } from './server';
import { serveUsage } from './server';
import { ACCOUNT, idOf, OTHER_ACCOUNT, SECRET_TYPE, secretArn, trailEvent, userArn } from './domain/trail-event.testing';
import { createUsageDatabase } from './usage-database.testing';

type Api = ServiceClient<typeof usageService>;

const principals = new FakePrincipalSource();
const recorder = new InMemoryRecorder();
const clock = new ManualClock('2026-03-31T12:30:00Z');
const clients: { close(): void }[] = [];

let pki: TestPki;
let database: Awaited<ReturnType<typeof createUsageDatabase>>;
let service: RunningService & Awaited<ReturnType<typeof serveUsage>>;

const read = (name: string, eventTime: string, accountId = ACCOUNT) => ({
  eventTime: new Date(eventTime),
  recipientAccountId: accountId,
  resources: [{ arn: secretArn(name, accountId), type: SECRET_TYPE, versionId: 'v1' }],
  userIdentity: { arn: userArn('ada', accountId), accountId },
});
const trails = {
  [ACCOUNT]: [
    { ...read('db', '2026-01-01T00:00:00Z'), eventName: 'CreateSecret' },
    { ...read('old', '2026-01-01T00:00:00Z'), eventName: 'CreateSecret' },
    ...Array.from({ length: 5 }, (_, index) => read('db', `2026-03-31T1${index % 3}:00:00Z`)),
    { ...read('db', '2026-03-31T10:10:00Z'), errorCode: 'AccessDeniedException' },
  ],
  [OTHER_ACCOUNT]: [read('theirs', '2026-03-31T10:00:00Z', OTHER_ACCOUNT)],
};

/** What audit-service would give. */
const feed: Others['feed'] = {
  listTrailHeads: async () => ({
    sequences: Object.fromEntries(Object.entries(trails).map(([accountId, { length }]) => [accountId, BigInt(length)])),
  }),
  async *followTrails({ after }, options) {
    for (const [accountId, some] of Object.entries(trails)) {
      const events = some.map((event, index) =>
        trailEvent({ ...event, sequence: BigInt(index + 1), eventId: idOf(index + Number(accountId[0]) * 100) }),
      );
      const rest = events.slice(Number(after[accountId] ?? 0n));
      if (rest.length > 0) yield { accountId, events: rest };
    }
    await sleep(600_000, undefined, { signal: options?.signal }).catch(() => undefined);
  },
};

const tagsOf = new Map([[secretArn('db'), new Map([['team', 'blue']])]]);
/** What secrets-api would give. */
const tags: Others['tags'] = { tagsOf: async () => tagsOf };

beforeAll(async () => {
  [pki, database] = await Promise.all([TestPki.create(), createUsageDatabase()]);
  const config = {
    accountId: ACCOUNT,
    region: 'us-east-1',
    trustDomain: 'strongroom.local',
    listen: '127.0.0.1:0',
    tls: await pki.issueFiles(serviceCertificate('usage-service')),
    database: database.config,
    priceList: AWS_PRICES,
  };
  const metrics = new Metrics({ service: 'usage-service' });
  const options = { name: 'usage-service', config, clock, logger: silentLogger, metrics };
  let parts: Awaited<ReturnType<typeof serveUsage>>;
  const running = await startService(
    options,
    async (shell) => (parts = await serveUsage(shell, { principals, recorder, feed, tags })),
  );
  service = Object.assign(running, parts!);
  const isCounted = async () => (await database.pool.query('SELECT 1 FROM trail_place WHERE sequence > 0', [])).length === 2;
  await eventually('the trails are counted', isCounted);
}, 60_000);
afterAll(async () => {
  for (const client of clients) client.close();
  await service?.stop(1_000);
  await database?.drop();
  pki?.drop();
});

let names = 0;
/** A client of a user with these policies; default: everything is allowed. */
async function as(actions: readonly string[] = ['*'], accountId = ACCOUNT): Promise<Api> {
  const name = `user${names++}`;
  const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: actions, Resource: '*' } };
  principals.add(userUri(name), callerForTests({ name, accountId, policies: [policy] }));
  const client = connectTo(usageService, { address: `localhost:${service.port}`, tls: await pki.user(name), service: 'test' });
  clients.push(client);
  return client;
}

const ask = (some: Parameters<typeof GetUsageRequest.fromPartial>[0] = {}) =>
  GetUsageRequest.fromPartial({ startTime: new Date('2026-03-01T00:00:00Z'), granularity: Granularity.MONTH, ...some });
const statement = { month: '', priceList: undefined, accountId: '' };

describe('usage', () => {
  it('is counted by group and time', async () => {
    const api = await as(['ce:GetCostAndUsage']);
    const { rows } = await api.getUsage(
      ask({ granularity: Granularity.HOUR, startTime: new Date('2026-03-31T00:00:00Z'), groupBy: [GroupBy.OPERATION] }),
    );
    expect(
      rows.map(({ startTime, operation, counters }) => [startTime?.toISOString().slice(11, 13), operation, counters?.calls]),
    ).toEqual([
      ['10', 'secretsmanager:GetSecretValue', 3n],
      ['11', 'secretsmanager:GetSecretValue', 2n],
      ['12', 'secretsmanager:GetSecretValue', 1n],
    ]);
    const { rows: bySecret } = await api.getUsage(ask({ groupBy: [GroupBy.SECRET, GroupBy.PRINCIPAL] }));
    expect(bySecret).toMatchObject([
      {
        secret: secretArn('db'),
        principal: userArn('ada'),
        counters: { calls: 6n, failedCalls: 1n, billedCalls: 6n, repeatedReads: 4n },
      },
    ]);
    const filter = { secret: secretArn('other') };
    expect(await api.getUsage(ask({ filter }))).toEqual({ rows: [], nextToken: '' });
  });

  it('is grouped by the values of a tag', async () => {
    const api = await as(['ce:GetCostAndUsage']);
    await service.housekeeping.once();
    const { rows } = await api.getUsage(ask({ groupBy: [GroupBy.TAG, GroupBy.SECRET], tagKey: 'team' }));
    expect(rows).toMatchObject([{ tag: 'blue', secret: secretArn('db'), counters: { calls: 6n } }]);
    expect((await api.getUsage(ask({ groupBy: [GroupBy.TAG], tagKey: 'Team' }))).rows).toMatchObject([
      { tag: '', secret: '', counters: { calls: 6n } },
    ]);
  });

  it("of other accounts is the first account's to see", async () => {
    const theirs = ask({ accountId: OTHER_ACCOUNT, groupBy: [GroupBy.ACCOUNT] });
    const { rows } = await (await as()).getUsage(theirs);
    expect(rows).toMatchObject([{ accountId: OTHER_ACCOUNT, counters: { calls: 1n } }]);
    const { rows: all } = await (await as()).getUsage(ask({ allAccounts: true, groupBy: [GroupBy.ACCOUNT] }));
    expect(all.map(({ accountId }) => accountId)).toEqual([ACCOUNT, OTHER_ACCOUNT]);
    const other = await as(['*'], OTHER_ACCOUNT);
    expect((await other.getUsage(ask())).rows).toMatchObject([{ counters: { calls: 1n } }]);
    await expect(other.getUsage(ask({ accountId: ACCOUNT }))).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    await expect(other.getUsage(ask({ allAccounts: true }))).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    await expect(other.getStatement({ ...statement, accountId: ACCOUNT })).rejects.toMatchObject({
      reason: 'AccessDeniedException',
    });
  });

  it.each<[string, Parameters<typeof ask>[0], string]>([
    ['an end before the beginning', { endTime: new Date('2026-02-01T00:00:00Z') }, 'EndTime must be after StartTime.'],
    ['too many periods', { granularity: Granularity.HOUR }, 'EndTime must be at most 400 periods'],
    ['a group twice', { groupBy: [GroupBy.SECRET, GroupBy.SECRET] }, 'GroupBy must have each group at most once.'],
    ['a tag without its key', { groupBy: [GroupBy.TAG] }, 'TagKey must have 1 to 128 characters.'],
    ['a long key of a tag', { groupBy: [GroupBy.TAG], tagKey: 'x'.repeat(129) }, 'TagKey must have 1 to 128 characters.'],
    ['a key of no tag', { tagKey: 'team' }, 'TagKey must be with TAG in GroupBy.'],
    ['no group', { groupBy: [GroupBy.UNSPECIFIED] }, 'GroupBy must have ACCOUNT'],
    ['an unknown granularity', { granularity: 9 as never }, 'Granularity must be HOUR, DAY or MONTH.'],
    ['a long filter', { filter: { secret: 'x'.repeat(701) } }, 'Filter.Secret must have at most 700 characters.'],
    ['an account', { accountId: '1' }, 'AccountId must have 12 digits.'],
    ['no rows', { maxResults: 0 }, 'MaxResults must be from 1 to 1000.'],
    ['a token', { nextToken: 'x' }, 'NextToken must come from an earlier response'],
  ])('refuses %s', async (_what, request, message) => {
    await expect((await as()).getUsage(ask(request))).rejects.toThrow(message);
  });
});

describe('a statement', () => {
  it('says what the month has cost so far', async () => {
    const { statement: open } = await (await as(['ce:GetCostAndUsage'])).getStatement(statement);
    // Two secrets for 30 days and 13 hours: 2 * 733 / 744 * 0.40; six calls.
    expect(open).toMatchObject({
      month: '2026-03',
      closed: false,
      currency: 'USD',
      total: '0.788202',
      freeTrialEnd: '2026-01-31',
    });
    expect(open!.lines).toMatchObject([
      { product: Product.SECRET_MONTHS, quantity: 1466n, pricedQuantity: '1.970430', amount: '0.788172', tier: 1 },
      {
        product: Product.SECRET_CALLS,
        quantity: 6n,
        pricedQuantity: '6',
        unitAmount: '0.050000',
        per: 10000,
        amount: '0.000030',
      },
    ]);
  });

  it('answers what if, and stores nothing of it', async () => {
    const api = await as();
    const prices = [{ product: Product.SECRET_CALLS, from: '2026-01-01', per: 1, tiers: [{ amount: '2' }] }];
    const priceList = PriceList.fromPartial({ currency: 'EUR', prices });
    const { statement: whatIf } = await api.getStatement({ ...statement, priceList });
    expect(whatIf).toMatchObject({ currency: 'EUR', total: '12.000000' });
    expect((await api.getStatement(statement)).statement).toMatchObject({ currency: 'USD' });
  });

  it('is refused for the future, and for no month', async () => {
    const api = await as();
    await expect(api.getStatement({ ...statement, month: '2026-04' })).rejects.toThrow('Month must not be in the future.');
    await expect(api.getStatement({ ...statement, month: '2026-4' })).rejects.toThrow('Month must be YYYY-MM');
  });
});

it('reports who polls, and what nobody reads', async () => {
  const api = await as(['ce:GetCostAndUsage']);
  const { pollers } = await api.listPollers({ days: undefined, maxResults: undefined, nextToken: '', accountId: '' });
  expect(pollers).toEqual([
    {
      principal: userArn('ada'),
      secret: secretArn('db'),
      reads: 5n,
      repeatedReads: 4n,
      readsSavedByCache: 2n,
      savedByCache: '0.000010',
      savedByPush: '0.000020',
      currency: 'USD',
    },
  ]);
  const { secrets } = await api.listUnusedSecrets({ days: 80, maxResults: undefined, nextToken: '', accountId: '' });
  expect(secrets).toEqual([
    {
      secret: secretArn('old'),
      createdAt: new Date('2026-01-01T00:00:00Z'),
      lastReadAt: undefined,
      monthlyCost: '0.400000',
      currency: 'USD',
    },
  ]);
  expect((await api.listUnusedSecrets({ days: 100, maxResults: undefined, nextToken: '', accountId: '' })).secrets).toEqual([]);
});

it('refuses every method to who may not', async () => {
  const api = await as(['secretsmanager:*']);
  const page = { maxResults: undefined, nextToken: '' };
  const calls = [
    () => api.getUsage(ask()),
    () => api.getStatement(statement),
    () => api.listPollers({ ...page, days: undefined, accountId: '' }),
    () => api.listUnusedSecrets({ ...page, days: undefined, accountId: '' }),
    () => api.getPriceList({}),
    () =>
      api.putPriceList({
        priceList: PriceList.fromPartial({
          currency: 'USD',
          prices: [{ product: 1, from: '2026-01-01', tiers: [{ amount: '1' }] }],
        }),
      }),
    () => api.putBudget({ budgetName: 'b', amount: '1', thresholdPercent: undefined }),
    () => api.listBudgets(page),
    () => api.deleteBudget({ budgetName: 'b' }),
  ];
  expect(calls).toHaveLength(Object.keys(usageService.methods).length);
  for (const call of calls) await expect(call()).rejects.toMatchObject({ reason: 'AccessDeniedException' });
});

describe('budgets', () => {
  it('write an event into the trail once the threshold is reached, once a month', async () => {
    const api = await as(['budgets:*']);
    await api.putBudget({ budgetName: 'team', amount: '0.90', thresholdPercent: 80 });
    await api.putBudget({ budgetName: 'wide', amount: '0.90', thresholdPercent: undefined });
    await service.housekeeping.once();
    await service.housekeeping.once();
    const reached = recorder.events.filter(({ eventName }) => eventName === 'BudgetThresholdReached');
    expect(reached).toMatchObject([{ requestParameters: { budgetName: 'team', spent: '0.788202' } }]);
    const { budgets } = await api.listBudgets({ maxResults: undefined, nextToken: '' });
    expect(budgets).toMatchObject([
      { budgetName: 'team', amount: '0.900000', thresholdPercent: 80, spent: '0.788202', reachedMonth: '2026-03' },
      { budgetName: 'wide', thresholdPercent: 100, reachedMonth: '' },
    ]);
    await api.deleteBudget({ budgetName: 'wide' });
    await expect(api.deleteBudget({ budgetName: 'wide' })).rejects.toMatchObject({ reason: 'ResourceNotFoundException' });
  });

  it('are at most 20, and well described', async () => {
    const api = await as();
    for (let index = 0; index < 19; index++) await api.putBudget({ budgetName: `b${index}`, amount: '9', thresholdPercent: 1 });
    await expect(api.putBudget({ budgetName: 'more', amount: '9', thresholdPercent: 1 })).rejects.toMatchObject({
      reason: 'LimitExceededException',
    });
    await api.putBudget({ budgetName: 'b0', amount: '8', thresholdPercent: 1 });
    const { budgets, nextToken } = await api.listBudgets({ maxResults: 2, nextToken: '' });
    expect(budgets.map(({ budgetName, amount }) => [budgetName, amount])).toEqual([
      ['b0', '8.000000'],
      ['b1', '9.000000'],
    ]);
    expect((await api.listBudgets({ maxResults: 2, nextToken })).budgets[0]).toMatchObject({ budgetName: 'b10' });
    const bad = { budgetName: 'b', amount: '1', thresholdPercent: 1 };
    await expect(api.putBudget({ ...bad, amount: '0' })).rejects.toThrow('Amount must be a decimal of more than 0');
    await expect(api.putBudget({ ...bad, budgetName: 'a b' })).rejects.toThrow('BudgetName must have 1 to 64');
    await expect(api.putBudget({ ...bad, thresholdPercent: 1_001 })).rejects.toThrow('ThresholdPercent must be from 1 to 1000.');
  });
});

// The last ones: they change prices, and move the clock.
describe('the price list', () => {
  const priceList = PriceList.fromPartial({
    currency: 'EUR',
    prices: [{ product: Product.SECRET_CALLS, from: '2026-03-01', per: 10, tiers: [{ upTo: 5n, amount: '0' }, { amount: '1' }] }],
  });

  it("is AWS's until somebody of the first account puts another one", async () => {
    const api = await as(['pricing:*', 'ce:*']);
    const { priceList: before, putAt } = await api.getPriceList({});
    expect(before).toMatchObject({ currency: 'USD', freeTrialDays: 30 });
    expect(putAt).toBeUndefined();
    await expect((await as(['*'], OTHER_ACCOUNT)).putPriceList({ priceList })).rejects.toMatchObject({
      reason: 'AccessDeniedException',
    });
    await api.putPriceList({ priceList });
    expect(await api.getPriceList({})).toMatchObject({ priceList: { currency: 'EUR' }, putAt: clock.now() });
    expect((await api.getStatement(statement)).statement).toMatchObject({ currency: 'EUR', total: '0.100000' });
    expect(recorder.events).toContainEqual(
      expect.objectContaining({ eventSource: 'pricing.amazonaws.com', eventName: 'PutPriceList', readOnly: false }),
    );
  });

  it('names what is wrong with it', async () => {
    const api = await as();
    await expect(api.putPriceList({ priceList: undefined })).rejects.toThrow('You must provide PriceList.');
    const wrong = { ...priceList, prices: [{ ...priceList.prices[0]!, from: 'today' }] };
    await expect(api.putPriceList({ priceList: wrong })).rejects.toThrow('Prices[0].From must be a day');
  });

  it('does not change a month that is closed', async () => {
    const api = await as();
    clock.set(new Date(Date.parse('2026-04-02T00:00:00Z')));
    while (await service.housekeeping.once());
    const march = async () => (await api.getStatement({ ...statement, month: '2026-03' })).statement;
    const closed = await march();
    expect(closed).toMatchObject({ closed: true, currency: 'EUR', total: '0.100000', closedAt: clock.now() });
    await api.putPriceList({ priceList: { ...priceList, currency: 'USD' } });
    clock.advance(DAY);
    await service.housekeeping.once();
    expect(await march()).toEqual(closed);
    const january = (await api.getStatement({ ...statement, month: '2026-01' })).statement;
    expect(january).toMatchObject({ closed: true, total: '0.000000' });
    const { statement: whatIf } = await api.getStatement({ ...statement, month: '2026-03', priceList });
    expect(whatIf).toMatchObject({ closed: false, total: '0.100000' });
  });
});

describe('odd input is refused by', () => {
  const prices = [{ product: 1, from: '2026-01-01', per: 1, tiers: [{ upTo: 0n, amount: '0.40' }] }];
  const priceList = { currency: 'USD', freeTrialDays: 30, prices };
  const page = { maxResults: 10, nextToken: 'b2Rk', accountId: ACCOUNT };
  const examples: { [Method in keyof OneAttempt<typeof usageService>]: object } = {
    getUsage: {
      ...{ granularity: 1, groupBy: [2], allAccounts: true, ...page },
      filter: { principal: userArn('ada'), secret: secretArn('db'), operation: 'secretsmanager:GetSecretValue' },
    },
    getStatement: { month: '2026-03', priceList, accountId: ACCOUNT },
    listPollers: { days: 30, ...page },
    listUnusedSecrets: { days: 30, ...page },
    getPriceList: {},
    putPriceList: { priceList },
    putBudget: { budgetName: 'odd', amount: '10', thresholdPercent: 80 },
    listBudgets: { maxResults: 10, nextToken: 'b2Rk' },
    deleteBudget: { budgetName: 'odd' },
  };
  it.each(Object.entries(examples))('%s', async (method, example) => {
    const calls = oneAttempt(usageService, await as(), messages) as unknown as Record<
      string,
      (request: object) => Promise<unknown>
    >;
    const requests = oddRequests(example);
    await tryOddInput('priceList' in example || method === 'putBudget' ? unsigned(requests) : requests, calls[method]!, {
      numRuns: 30,
    });
  });

  it('GetUsage, for any time', async () => {
    const api = await as();
    const time = fc.oneof(
      fc.date({ noInvalidDate: true }),
      fc.constantFrom(...[0, -1, 8.64e15, -8.64e15].map((millis) => new Date(millis))),
    );
    const request = fc.record(
      { startTime: time, endTime: time, granularity: fc.integer({ min: 0, max: 4 }) },
      { requiredKeys: [] },
    );
    await tryOddInput(request, (fields) => api.getUsage(GetUsageRequest.fromPartial(fields)), { numRuns: 30 });
  });
});
