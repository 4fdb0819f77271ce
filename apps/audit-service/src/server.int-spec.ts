import {
  EventFilter,
  type Event,
  type LookupEventsRequest,
  Outcome,
  type StreamEventsRequest,
  type StreamTrailVerificationResponse,
} from '@strongroom/contracts/strongroom/audit/v1/audit';
import { userUri } from '@strongroom/local-cluster';
import { eventually } from '@strongroom/testing';
import { testEvent } from './domain/trail.testing';
import { renamed, repack } from './persistence/tampering.testing';
import { type AuditClient, TestAuditService } from './server.testing';

let test: TestAuditService;
beforeAll(async () => {
  test = await TestAuditService.start();
});
afterAll(() => test?.stop());

const allow = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: actions, Resource: '*' },
});

const account = (() => {
  let next = 100000000000;
  /** Each test has a trail of its own. */
  return () => String(next++);
})();

const lookup = (client: AuditClient, request: Partial<LookupEventsRequest> = {}) =>
  client.lookupEvents({ filter: undefined, nextToken: '', ...request }, { timeoutMs: 5_000, maxAttempts: 1 });

const verify = (client: AuditClient, request: { fromSequence?: bigint; toSequence?: bigint } = {}) =>
  client.verifyTrail(request, { timeoutMs: 5_000, maxAttempts: 1 });

const verifyOn = async (client: AuditClient, resumeToken = ''): Promise<StreamTrailVerificationResponse[]> => {
  const messages: StreamTrailVerificationResponse[] = [];
  for await (const message of client.streamTrailVerification({ resumeToken })) messages.push(message);
  return messages;
};

const by = (filter: Partial<EventFilter>) => ({ filter: EventFilter.fromPartial(filter) });

/** The events of a lookup, once there are at least `count`. */
const found = async (client: AuditClient, count: number, request: Partial<LookupEventsRequest> = {}): Promise<Event[]> => {
  return eventually(`${count} events are found`, async () => {
    const { events } = await lookup(client, request);
    return events.length >= count && events;
  });
};

describe('LookupEvents', () => {
  it('shows the account its events, newest first, and itself among them', async () => {
    const accountId = account();
    const ada = await test.clientOf('lookup-ada', { accountId });
    const event = testEvent({ recipientAccountId: accountId, requestParameters: { secretId: 'prod/db' } });
    await test.record(accountId, event);
    const [seen] = await found(ada, 1, by({ requestId: event.requestId }));
    expect(seen).toMatchObject({ ...event, sequence: expect.any(BigInt), hash: expect.any(Buffer) });
    const lookups = await found(ada, 1, by({ eventName: 'LookupEvents', principal: 'lookup-ada' }));
    // The newest is one that looks for itself, when it had to look twice.
    expect(lookups.find(({ requestParameters }) => requestParameters['requestId'] === event.requestId)).toMatchObject({
      eventSource: 'cloudtrail.amazonaws.com',
      readOnly: true,
      userIdentity: { type: 'IAMUser', userName: 'lookup-ada' },
    });
  });

  it('shows nobody the events of another account', async () => {
    const [one, other] = [account(), account()];
    const ada = await test.clientOf('accounts-ada', { accountId: one });
    await test.record(other, { eventName: 'Secret' });
    await test.record(one, { eventName: 'Own' });
    await found(ada, 1, by({ eventName: 'Own' }));
    expect((await lookup(ada, by({ eventName: 'Secret' }))).events).toEqual([]);
  });

  it('pages', async () => {
    const accountId = account();
    const ada = await test.clientOf('pages-ada', { accountId });
    await test.record(accountId, ...Array.from({ length: 7 }, () => ({ eventName: 'Paged' })));
    await found(ada, 7, by({ eventName: 'Paged' }));
    const first = await lookup(ada, { ...by({ eventName: 'Paged' }), maxResults: 4 });
    const second = await lookup(ada, { ...by({ eventName: 'Paged' }), maxResults: 4, nextToken: first.nextToken });
    expect([first.events.length, second.events.length, second.nextToken]).toEqual([4, 3, '']);
    expect(new Set([...first.events, ...second.events].map((event) => event.eventId)).size).toBe(7);
    await expect(lookup(ada, { ...by({ eventName: 'Other' }), nextToken: first.nextToken })).rejects.toMatchObject({
      reason: 'InvalidNextTokenException',
    });
  });

  it.each<[string, Partial<LookupEventsRequest>, string]>([
    ['no results', { maxResults: 0 }, 'InvalidMaxResultsException'],
    ['too many results', { maxResults: 1_001 }, 'InvalidMaxResultsException'],
    ['a token of nobody', { nextToken: 'x' }, 'InvalidNextTokenException'],
    ['an unknown outcome', by({ outcome: 7 as Outcome }), 'InvalidLookupAttributesException'],
    ['an endless text', by({ resource: 'x'.repeat(2_049) }), 'InvalidLookupAttributesException'],
    ['a time that ends before it begins', by({ startTime: new Date(2), endTime: new Date(1) }), 'InvalidTimeRangeException'],
  ])('refuses %s', async (_, request, reason) => {
    const ada = await test.clientOf('invalid-ada', { accountId: account() });
    await expect(lookup(ada, request)).rejects.toMatchObject({ kind: 'invalid-argument', reason });
  });

  it('takes the largest page', async () => {
    const ada = await test.clientOf('largest-ada', { accountId: account() });
    await expect(lookup(ada, { maxResults: 1_000 })).resolves.toMatchObject({ nextToken: '' });
  });
});

describe('access', () => {
  it('needs cloudtrail:LookupEvents to look and to follow, cloudtrail:ValidateLogs to verify', async () => {
    const accountId = account();
    const looker = await test.clientOf('looker', { accountId, policies: [allow('cloudtrail:LookupEvents')] });
    const validator = await test.clientOf('validator', { accountId, policies: [allow('cloudtrail:ValidateLogs')] });
    await expect(lookup(looker)).resolves.toBeDefined();
    await expect(verify(looker)).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    await expect(verify(validator)).resolves.toMatchObject({ valid: true });
    await expect(verifyOn(looker)).rejects.toMatchObject({ reason: 'AccessDeniedException' });
    expect((await verifyOn(validator)).at(-1)).toMatchObject({ result: { valid: true } });
    await expect(lookup(validator)).rejects.toMatchObject({
      reason: 'AccessDeniedException',
      message: expect.stringContaining('is not authorized to perform: cloudtrail:LookupEvents'),
    });
    await expect(follow(validator, {}).next()).rejects.toMatchObject({ kind: 'permission-denied' });
    const denied = await found(looker, 1, by({ outcome: Outcome.FAILURE, principal: 'looker' }));
    expect(denied.map(({ eventName }) => eventName)).toContain('VerifyTrail');
    expect(denied[0]).toMatchObject({ errorCode: 'AccessDeniedException' });
  });

  it('tells an unknown caller nothing, and records that it came', async () => {
    const stranger = await test.clientOf('stranger');
    await expect(lookup(stranger)).rejects.toMatchObject({ kind: 'unauthenticated' });
    const ada = await test.clientOf('access-ada', { accountId: '000000000000' });
    const refused = await found(ada, 1, by({ outcome: Outcome.FAILURE }));
    expect(refused[0]).toMatchObject({ eventName: 'LookupEvents', userIdentity: { type: 'Unknown' } });
  });
});

async function* follow(client: AuditClient, request: StreamEventsRequest | Record<string, never>): AsyncGenerator<Event> {
  for await (const { event } of client.streamEvents({ filter: undefined, ...request })) yield event!;
}

const take = async (events: AsyncGenerator<Event>, count: number): Promise<Event[]> => {
  const taken: Event[] = [];
  while (taken.length < count) taken.push((await events.next()).value as Event);
  return taken;
};

describe('StreamEvents', () => {
  it('follows the trail on whichever process, without a gap', async () => {
    const accountId = account();
    const started = await Promise.all(
      test.services.map(async (service, i) =>
        follow(await test.clientOf(`follower-${i}`, { accountId }, service), { filter: undefined, afterSequence: 0n }),
      ),
    );
    // More than a page, while they follow.
    const taking = started.map((events) => take(events, 602));
    for (let round = 0; round < 6; round++) {
      await test.record(accountId, ...Array.from({ length: 100 }, (_, i) => ({ eventName: `F${round * 100 + i}` })));
    }
    for (const taken of await Promise.all(taking)) {
      expect(taken.map((event) => event.sequence)).toEqual(Array.from({ length: 602 }, (_, i) => BigInt(i + 1)));
      expect(taken.map((event) => event.eventName).filter((name) => name !== 'StreamEvents')).toEqual(
        Array.from({ length: 600 }, (_, i) => `F${i}`),
      );
    }
    for (const events of started) await events.return(undefined);
  });

  it('begins with what is new, and shows what the filter lets through', async () => {
    const accountId = account();
    const ada = await test.clientOf('filter-ada', { accountId });
    await test.record(accountId, { eventName: 'Wanted', requestId: 'old' });
    await found(ada, 1, by({ eventName: 'Wanted' }));
    const events = follow(ada, { filter: EventFilter.fromPartial({ eventName: 'Wanted' }) });
    const next = events.next();
    await found(ada, 1, by({ eventName: 'StreamEvents' }));
    // What comes before the stream has begun is not new.
    let isTold = false;
    void next.then(() => (isTold = true));
    await eventually('the stream has told of an event', async () => {
      await test.record(accountId, { eventName: 'Unwanted' }, { eventName: 'Wanted', requestId: 'new' });
      return isTold;
    });
    expect((await next).value).toMatchObject({ requestId: 'new' });
    await events.return(undefined);
  });

  it('ends when the caller may not follow any more', async () => {
    const accountId = account();
    const ada = await test.clientOf('revoked-ada', { accountId });
    const events = follow(ada, { filter: undefined, afterSequence: 0n });
    expect((await events.next()).value).toMatchObject({ eventName: 'StreamEvents' });
    test.principals.remove(userUri('revoked-ada'));
    const start = Date.now();
    await expect(events.next()).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect(Date.now() - start).toBeLessThan(1_000);
  });
});

describe('TrailFeedService', () => {
  it.each(['notification-service', 'usage-service'] as const)('shows %s the events of all accounts', async (service) => {
    const [one, other] = [account(), account()];
    const feed = await test.feedClientOf({ service });
    await test.record(one, ...Array.from({ length: 3 }, (_, i) => ({ eventName: `One${i}` })));
    const { sequences } = await eventually('the trail has them', async () => {
      const heads = await feed.listTrailHeads({}, { timeoutMs: 5_000 });
      return heads.sequences[one] === 3n && heads;
    });
    // One event of the first account is new, and all of the second.
    const names = new Map<string, string[]>();
    const after = { ...sequences, [one]: 2n };
    for await (const { accountId, events } of feed.followTrails({ after })) {
      expect(events.every((event) => event.recipientAccountId === accountId)).toBe(true);
      names.set(accountId, [...(names.get(accountId) ?? []), ...events.map(({ eventName }) => eventName)]);
      if (names.size === 1 && names.has(one)) await test.record(other, { eventName: 'Other0' });
      if (names.has(other)) break;
    }
    expect(names.get(one)).toEqual(['One2']);
    expect(names.get(other)).toEqual(['Other0']);
  });

  it('is closed to other services and to users', async () => {
    const strangers = [{ service: 'secrets-api' }, { service: 'audit-service' }, { user: 'feed-ada' }] as const;
    const ada = await test.clientOf('feed-ada', { accountId: '000000000000' });
    await lookup(ada);
    for (const who of strangers) {
      const feed = await test.feedClientOf(who);
      const refused = { kind: 'permission-denied', reason: 'AccessDeniedException' };
      await expect(feed.listTrailHeads({}, { timeoutMs: 5_000 })).rejects.toMatchObject(refused);
      await expect(feed.followTrails({ after: {} })[Symbol.asyncIterator]().next()).rejects.toMatchObject(refused);
    }
  });

  it('takes no place beyond the last', async () => {
    const feed = await test.feedClientOf({ service: 'usage-service' });
    const following = feed.followTrails({ after: { '000000000000': 2n ** 53n } });
    await expect(following[Symbol.asyncIterator]().next()).rejects.toMatchObject({ reason: 'InvalidParameterException' });
  });
});

describe('VerifyTrail', () => {
  it('verifies, and finds what an administrator of the database did', async () => {
    const accountId = account();
    const ada = await test.clientOf('verify-ada', { accountId });
    await test.record(accountId, ...Array.from({ length: 5 }, (_, i) => ({ eventName: `V${i}` })));
    const [second] = await found(ada, 1, by({ eventName: 'V1' }));
    await found(ada, 1, by({ eventName: 'V4' }));
    const before = await verify(ada, { fromSequence: 1n, toSequence: 5n });
    expect(before).toMatchObject({ valid: true, eventsVerified: 5n, lastSequence: 5n, findings: [] });
    await test.record(accountId, { eventName: 'W' });
    const [later] = await found(ada, 1, by({ eventName: 'W' }));
    // In a block of its own: the one before is not the last.
    await test.record(accountId, { eventName: 'X' });
    await found(ada, 1, by({ eventName: 'X' }));

    const { admin } = test.trail.database;
    const blockOf = async ({ sequence }: Event): Promise<number> => {
      const holds = 'account_id = ? AND ? BETWEEN first_sequence AND last_sequence';
      const [rows] = await admin.query(`SELECT first_sequence AS first FROM event_block WHERE ${holds}`, [accountId, sequence]);
      return (rows as { first: number }[])[0]!.first;
    };
    const firstSequence = await blockOf(second!);
    const index = Number(second!.sequence) - firstSequence;
    await repack(admin, { accountId, firstSequence }, (events) => events.map((e, i) => (i === index ? renamed(e, 'V9') : e)));
    const missing = await blockOf(later!);
    await admin.query('DELETE FROM event_block WHERE account_id = ? AND first_sequence = ?', [accountId, missing]);
    expect(await verify(ada)).toMatchObject({
      valid: false,
      findings: [
        { kind: 'changed', sequence: second!.sequence },
        { kind: 'missing', sequence: BigInt(missing) },
      ],
    });
  });

  it.each([[{ fromSequence: 0n }], [{ toSequence: 0n }], [{ fromSequence: 5n, toSequence: 4n }], [{ toSequence: 2n ** 53n }]])(
    'refuses the range %p',
    async (range) => {
      const ada = await test.clientOf('range-ada', { accountId: account() });
      await expect(verify(ada, range)).rejects.toMatchObject({ reason: 'InvalidParameterException' });
    },
  );
});

describe('StreamTrailVerification', () => {
  it('verifies, goes on from where it ended, and finds what an administrator of the database did since', async () => {
    const accountId = account();
    const ada = await test.clientOf('stream-ada', { accountId });
    await test.record(accountId, ...Array.from({ length: 5 }, (_, i) => ({ eventName: `V${i}` })));
    await found(ada, 5, by({ eventSource: 'secretsmanager.amazonaws.com' }));
    const whole = (await verifyOn(ada)).at(-1)!;
    expect(whole).toMatchObject({ sequence: whole.endSequence, findings: [], result: { valid: true, findings: [] } });
    expect(whole.eventsVerified).toBe(whole.sequence);

    await test.record(accountId, { eventName: 'W' });
    const [later] = await found(ada, 1, by({ eventName: 'W' }));
    const [rows] = await test.trail.database.admin.query(
      'SELECT first_sequence AS first FROM event_block WHERE account_id = ? AND ? BETWEEN first_sequence AND last_sequence',
      [accountId, later!.sequence],
    );
    const firstSequence = (rows as { first: number }[])[0]!.first;
    const index = Number(later!.sequence) - firstSequence;
    await repack(test.trail.database.admin, { accountId, firstSequence }, (events) =>
      events.map((event, i) => (i === index ? renamed(event, 'Harmless') : event)),
    );
    // On whichever process.
    const other = await test.clientOf('stream-ada', undefined, test.services[1]);
    const rest = (await verifyOn(other, whole.resumeToken)).at(-1)!;
    const finding = { kind: 'changed', sequence: later!.sequence };
    expect(rest).toMatchObject({ findings: [finding], result: { valid: false, findings: [finding] } });
    expect((await verifyOn(ada)).at(-1)!.result).toMatchObject({ valid: false, findings: [finding] });
    expect((await verifyOn(ada, rest.resumeToken)).at(-1)!.result).toMatchObject({ valid: false, findings: [] });
  });

  it('refuses tokens of nobody, of another account, and one that was changed', async () => {
    const ada = await test.clientOf('token-ada', { accountId: account() });
    const bob = await test.clientOf('token-bob', { accountId: account() });
    await lookup(bob);
    await found(bob, 1);
    const { resumeToken } = (await verifyOn(bob)).at(-1)!;
    expect(resumeToken).not.toBe('');
    const parts = JSON.parse(Buffer.from(resumeToken, 'base64url').toString()) as unknown[];
    const further = Buffer.from(JSON.stringify(parts.map((part, i) => (i === 1 ? Number(part) + 1 : part))));
    const refusal = { reason: 'InvalidNextTokenException' };
    await expect(verifyOn(ada, resumeToken)).rejects.toMatchObject(refusal);
    await expect(verifyOn(bob, further.toString('base64url'))).rejects.toMatchObject(refusal);
    await expect(verifyOn(bob, 'x')).rejects.toMatchObject(refusal);
  });

  it('verifies a trail once at a time, while events and other calls go on', async () => {
    const accountId = account();
    const ada = await test.clientOf('once-ada', { accountId });
    await test.record(accountId, { eventName: 'Before' });
    await found(ada, 1, by({ eventName: 'Before' }));
    let goOn!: () => void;
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    const entered = new Promise<void>((resolve) => {
      jest.spyOn(test.tokenSealer, 'seal').mockImplementationOnce(async () => {
        resolve();
        await waiting;
        return Buffer.from('not used');
      });
    });
    const running = verifyOn(ada);
    await entered;
    await expect(verifyOn(ada)).rejects.toMatchObject({ reason: 'LimitExceededException' });
    await test.record(accountId, { eventName: 'Meanwhile' });
    expect(await found(ada, 1, by({ eventName: 'Meanwhile' }))).toHaveLength(1);
    goOn();
    expect((await running).at(-1)).toMatchObject({ result: { valid: true } });
    expect((await verifyOn(ada)).at(-1)).toMatchObject({ result: { valid: true } });
  });

  it('verifies the trail of an account while others, who are as many as are worked on, hold up the verification of theirs', async () => {
    let goOn!: () => void;
    const waiting = new Promise<void>((resolve) => (goOn = resolve));
    const clientOf = async (name: string) => {
      const accountId = account();
      const client = await test.clientOf(name, { accountId });
      await test.record(accountId, { eventName: 'Before' });
      await found(client, 1, by({ eventName: 'Before' }));
      return client;
    };
    const [ada, bob, cleo] = await Promise.all(['slow-ada', 'slow-bob', 'cleo'].map(clientOf));
    const slow = [];
    for (const client of [ada!, bob!]) {
      const entered = new Promise<void>((resolve) => {
        jest.spyOn(test.tokenSealer, 'seal').mockImplementationOnce(async () => {
          resolve();
          await waiting;
          return Buffer.from('not used');
        });
      });
      slow.push(verifyOn(client));
      await entered;
    }
    expect((await verifyOn(cleo!)).at(-1)).toMatchObject({ result: { valid: true } });
    goOn();
    for (const messages of await Promise.all(slow)) expect(messages.at(-1)).toMatchObject({ result: { valid: true } });
  });
});
