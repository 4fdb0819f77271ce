import type { AuditEvent } from '@strongroom/audit-trail';
import fc from 'fast-check';
import { matches, type EventFilter } from './event-filter';
import { anyFilter } from './event-filter.testing';
import { filterTerms, termsIn, type TermSet } from './event-terms';
import { termHash } from './hashing/term-hash';
import { testEvent } from './trail.testing';

const account = '000000000000';
const termsOf = (event: AuditEvent) => [...termsIn([{ event, sequence: 1 }]).keys()];
const secret = (suffix: string) => ({
  arn: `arn:aws:secretsmanager:us-east-1:${account}:secret:db-${suffix}`,
  type: 'AWS::SecretsManager::Secret',
  versionId: '',
});

it('has a term for each attribute of an event', () => {
  const event = testEvent({ requestId: 'r', resources: [secret('AAAAAA')], errorCode: 'AccessDeniedException' });
  expect(termsOf(event)).toEqual([
    `${account} resource db`,
    `${account} request r`,
    `${account} principal arn:aws:iam::000000000000:user/ada`,
    `${account} user ada`,
    `${account} failed `,
    `${account} name GetSecretValue`,
    `${account} source secretsmanager.amazonaws.com`,
    `${account} type AWS::SecretsManager::Secret`,
  ]);
});

it("has the later terms: a session's name, its key, and that something is written", () => {
  const userIdentity = {
    ...testEvent().userIdentity,
    type: 'AssumedRole' as const,
    principalId: 'AROA:night',
    userName: '',
    accessKeyId: 'ASIA1',
  };
  const events = [{ event: testEvent({ userIdentity, readOnly: false }), sequence: 1 }];
  const later = ['user night', 'key ASIA1', 'write ', 'type AWS::SecretsManager::Secret'].map((text) => `${account} ${text}`);
  expect([...termsIn(events).keys()]).toEqual(expect.arrayContaining(later));
  for (const term of later) expect(termsIn(events, 1).has(term)).toBe(false);
  expect(termsIn(events, 1).size).toBe(termsIn(events).size - later.length);
});

it('has none for what an event lacks', () => {
  const userIdentity = { ...testEvent().userIdentity, arn: '', userName: '' };
  const event = testEvent({ userIdentity, requestId: '', resources: [], eventName: 'E', eventSource: 's' });
  expect(termsOf(event)).toEqual([`${account} name E`, `${account} source s`]);
});

it('knows each term of a block once, with the first event that has it', () => {
  const event = testEvent({ requestId: 'r', resources: [secret('AAAAAA')] });
  const terms = termsIn([
    { event, sequence: 7 },
    { event: { ...event, eventName: 'Other' }, sequence: 8 },
  ]);
  expect(terms.get(`${account} name GetSecretValue`)).toBe(7);
  expect(terms.get(`${account} name Other`)).toBe(8);
  expect(terms.get(`${account} request r`)).toBe(7);
  expect(terms.size).toBe(8);
});

it('looks for the rarest first', () => {
  const filter: EventFilter = {
    eventSource: 's',
    eventName: 'n',
    outcome: 'failure',
    principal: 'ada',
    resource: secret('AAAAAA').arn,
    requestId: 'r',
    accessKeyId: 'k',
    userName: 'night',
    readOnly: false,
    resourceType: 't',
  };
  const termsWith = (set?: TermSet) => filterTerms(account, filter, set).map((term) => term.slice(13));
  const late = ['key k', 'user night', 'write ', 'type t'];
  const all = [
    'request r',
    'resource db',
    'key k',
    'user ada',
    'user night',
    'failed ',
    'write ',
    'name n',
    'type t',
    'source s',
  ];
  expect(termsWith()).toEqual(all);
  expect(termsWith(1)).toEqual(all.filter((term) => !late.includes(term)));
  expect(filterTerms(account, { outcome: 'success', readOnly: true, startTime: new Date() })).toEqual([]);
});

it('leads to every event that a filter lets through', () => {
  const text = fc.constantFrom('a', 'arn:b', 'db', secret('AAAAAA').arn, secret('BBBBBB').arn, 'a b', '\ud800');
  const filter = anyFilter(text);
  const event = fc
    .tuple(text, text, text, text, text, text, fc.constantFrom('', 'x'), fc.boolean())
    .map(([arn, userName, eventName, resource, requestId, eventSource, errorCode, readOnly]) =>
      testEvent({
        userIdentity: {
          ...testEvent().userIdentity,
          arn,
          ...(readOnly ? { userName } : { type: 'AssumedRole' as const, principalId: `AROA:${userName}`, userName: '' }),
          accessKeyId: eventName,
        },
        readOnly,
        eventId: requestId,
        resources: [{ ...secret(''), arn: resource, type: eventSource }],
        eventName,
        requestId,
        eventSource,
        errorCode,
      }),
    );
  fc.assert(
    fc.property(filter, event, (wanted, candidate) => {
      if (!matches(wanted, candidate)) return;
      for (const set of [1, 2] as const) {
        const terms = termsIn([{ event: candidate, sequence: 1 }], set);
        for (const term of filterTerms(account, wanted, set)) expect(terms).toContain(term);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('files a term under 16 bytes: stored trails depend on which', () => {
  expect(termHash(`${account} user ada`).toString('hex')).toBe('5058e0961e4030476fc3b332add226cf');
});
