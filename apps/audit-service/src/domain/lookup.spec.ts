import { ChainWriter } from './chain-writer';
import type { EventFilter } from './event-filter';
import { lookup } from './lookup';
import { lookupToken, parseLookupToken } from './lookup-token';
import { encoded, InMemoryTrail, testEvent } from './trail.testing';

const accountId = '000000000000';

const setUp = async () => {
  const trail = new InMemoryTrail();
  const times = ['10:00', '10:01', '10:01', '10:01', '10:00', '10:02'];
  await new ChainWriter(trail).append(
    times.map((time, i) => encoded(testEvent({ eventName: `E${i + 1}`, eventTime: new Date(`2026-11-24T${time}:00Z`) }))),
  );
  const page = (token: string, limit = 2, filter: EventFilter = {}) => lookup(trail, { accountId, filter, limit, token }, {});
  return { trail, page };
};

it('goes from the newest to the oldest, page by page, and misses nothing within one instant', async () => {
  const { page } = await setUp();
  const names: string[][] = [];
  let token = '';
  do {
    const { events, nextToken } = await page(token);
    names.push(events.map(({ event }) => event.eventName));
    token = nextToken;
  } while (token !== '');
  expect(names).toEqual([
    ['E6', 'E4'],
    ['E3', 'E2'],
    ['E5', 'E1'],
  ]);
});

it('refuses a time range that ends before it begins', async () => {
  const { page } = await setUp();
  const filter = { startTime: new Date(2), endTime: new Date(1) };
  await expect(page('', 2, filter)).rejects.toMatchObject({ reason: 'InvalidTimeRangeException' });
});

it('cuts a page that would be too large for a message', async () => {
  const trail = new InMemoryTrail();
  const requestParameters = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p${i}`, 'x'.repeat(1_000)]));
  await new ChainWriter(trail).append(Array.from({ length: 100 }, () => encoded(testEvent({ requestParameters }))));
  const sizes: number[] = [];
  for (let token = '', first = true; first || token !== ''; first = false) {
    const page = await lookup(trail, { accountId, filter: {}, limit: 100, token }, {});
    sizes.push(page.events.length);
    token = page.nextToken;
  }
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((a, b) => a + b)).toBe(100);
});

describe('a token', () => {
  const filter = { eventName: 'GetSecretValue' };
  const token = lookupToken(accountId, filter, { time: 1_795_500_000_000, sequence: 7 });

  it('holds its position', () => {
    expect(parseLookupToken(accountId, filter, token)).toEqual({ time: 1_795_500_000_000, sequence: 7 });
  });

  const forged = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['another shape', forged({})],
    ['another version', token.replace(/^./, 'X')],
    ['a broken number', forged([1, 1.5, 7, 'x'])],
    ['a time that no database holds', lookupToken(accountId, filter, { time: 9e15, sequence: 7 })],
    ['a sequence below 1', lookupToken(accountId, filter, { time: 1, sequence: 0 })],
    ['a token with something behind it', `${token}AA`],
    ['a token in another spelling', `${token}=`],
    ['a shortened token', token.slice(0, -2)],
  ])('is refused when it is %s', (_, text) => {
    expect(() => parseLookupToken(accountId, filter, text)).toThrow(
      expect.objectContaining({ reason: 'InvalidNextTokenException' }),
    );
  });

  it('is refused with another filter or account', () => {
    const reason = 'InvalidNextTokenException';
    expect(() => parseLookupToken(accountId, { eventName: 'PutSecretValue' }, token)).toThrow(
      expect.objectContaining({ reason }),
    );
    expect(() => parseLookupToken('111111111111', filter, token)).toThrow(expect.objectContaining({ reason }));
  });
});
