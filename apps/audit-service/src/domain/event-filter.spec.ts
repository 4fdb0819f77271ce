import { matches, type EventFilter } from './event-filter';
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
])('%j: %s', (filter, expected) => {
  expect(matches(filter, event)).toBe(expected);
});
