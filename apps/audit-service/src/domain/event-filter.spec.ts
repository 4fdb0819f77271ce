import { encodeEvent } from '@strongroom/audit-trail';
import fc from 'fast-check';
import { matches, mayMatch, type EventFilter } from './event-filter';
import { anyFilter } from './event-filter.testing';
import { resourceName } from './resource-name';
import { testEvent } from './trail.testing';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf';

it.each([
  [arn, 'prod/db'],
  ['arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db', 'prod/db'],
  ['arn:aws:secretsmanager:us-east-1:000000000000:secret:a-bcdefg-hijklm', 'a-bcdefg'],
  ['prod/db', 'prod/db'],
  ['arn:aws:kms:us-east-1:000000000000:key/1', 'arn:aws:kms:us-east-1:000000000000:key/1'],
])('looks %s up by %s', (resource, name) => {
  expect(resourceName(resource)).toBe(name);
});

const event = testEvent({ requestId: 'r', errorCode: 'AccessDeniedException' });

it.each<[EventFilter, boolean]>([
  [{}, true],
  [{ startTime: event.eventTime, endTime: event.eventTime }, true],
  [{ startTime: new Date(event.eventTime.getTime() + 1) }, false],
  [{ endTime: new Date(event.eventTime.getTime() - 1) }, false],
  [{ principal: 'ada' }, true],
  [{ principal: 'arn:aws:iam::000000000000:user/ada' }, true],
  [{ principal: 'arn:aws:iam::000000000000:user/bob' }, false],
  [{ eventName: 'GetSecretValue' }, true],
  [{ eventName: 'getsecretvalue' }, false],
  [{ resource: 'prod/db' }, true],
  [{ resource: arn }, true],
  [{ resource: arn.replace('AbCdEf', 'ghijkl') }, false],
  [{ resource: 'prod' }, false],
  [{ outcome: 'failure' }, true],
  [{ outcome: 'success' }, false],
  [{ requestId: 'r' }, true],
  [{ requestId: 's' }, false],
  [{ eventSource: 'secretsmanager.amazonaws.com' }, true],
  [{ eventSource: 'kms.amazonaws.com' }, false],
  [{ principal: 'ada', eventName: 'PutSecretValue' }, false],
  [{ eventId: event.eventId }, true],
  [{ eventId: 'another' }, false],
  [{ readOnly: true }, true],
  [{ readOnly: false }, false],
  [{ resourceType: 'AWS::SecretsManager::Secret' }, true],
  [{ resourceType: 'AWS::KMS::Key' }, false],
  [{ accessKeyId: 'AKIAEXAMPLE' }, false],
  [{ userName: 'ada' }, true],
  [{ userName: 'arn:aws:iam::000000000000:user/ada' }, false],
])('%j: %s', (filter, expected) => {
  expect(matches(filter, event)).toBe(expected);
});

it("finds a role's session by its name, which the role's user has not", () => {
  const userIdentity = { ...event.userIdentity, type: 'AssumedRole' as const, principalId: 'AROAEXAMPLE:night', userName: '' };
  const session = testEvent({ userIdentity: { ...userIdentity, accessKeyId: 'ASIAEXAMPLE' } });
  expect(matches({ userName: 'night', accessKeyId: 'ASIAEXAMPLE' }, session)).toBe(true);
  expect(matches({ principal: 'night' }, session)).toBe(false);
  expect(matches({ userName: '' }, session)).toBe(false);
});

describe('the quick look', () => {
  // What must be escaped in an encoding, texts within texts, and lone surrogates.
  const text = fc.oneof(
    fc.constantFrom('', 'a', 'db', 'arn:a', arn, `${arn}x`, '"', '\\', ',"",""]', '\ud83d', '\ud83d\ude00', 'ü'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  const filters = anyFilter(text);

  it('overlooks nothing', () => {
    fc.assert(
      fc.property(filters, text, text, text, fc.boolean(), (filter, a, b, c, named) => {
        const { principal, eventName, resource, requestId, eventSource } = filter;
        const { eventId, readOnly, resourceType, accessKeyId, userName } = filter;
        const isSession = named && principal === undefined;
        // Near to what is wanted, so that it often is.
        const candidate = testEvent({
          userIdentity: {
            ...testEvent().userIdentity,
            arn: principal ?? a,
            accessKeyId: accessKeyId ?? c,
            type: isSession ? 'AssumedRole' : 'IAMUser',
            principalId: `AROA:${userName ?? a}`,
            userName: isSession ? '' : (principal ?? userName ?? b),
          },
          eventId: eventId ?? a,
          readOnly: readOnly ?? named,
          eventName: eventName ?? c,
          resources: [
            { arn: a, type: resourceType ?? b, versionId: c },
            ...(resource && named ? [{ arn: resource, type: '', versionId: '' }] : []),
          ],
          requestId: requestId ?? b,
          eventSource: eventSource ?? a,
          errorCode: named ? '' : c,
          errorMessage: b,
        });
        if (matches(filter, candidate)) expect(mayMatch(filter)(encodeEvent(candidate))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('finds a secret by its name and by its ARN', () => {
    for (const resource of ['prod/db', arn]) expect(mayMatch({ resource })(encodeEvent(event))).toBe(true);
  });

  it.each<EventFilter>([{ resource: 'prod/other' }, { requestId: 'request-9' }, { principal: 'bob' }, { eventName: 'Put' }])(
    'knows what can not match: %j',
    (filter) => {
      expect(mayMatch(filter)(encodeEvent(testEvent({ requestId: 'r' })))).toBe(false);
    },
  );

  it('knows most of what did not fail', () => {
    expect(mayMatch({ outcome: 'failure' })(encodeEvent(testEvent()))).toBe(false);
    expect(mayMatch({ outcome: 'failure' })(encodeEvent(event))).toBe(true);
  });
});
