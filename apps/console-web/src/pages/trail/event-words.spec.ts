import type { UserIdentity } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { mainResource, isOwnLook, localPart, sourceWord, whoOf } from './event-words';

const identity = (given: Partial<UserIdentity>): { userIdentity: UserIdentity } => ({
  userIdentity: {
    type: 'IAMUser',
    principalId: 'AIDA1',
    arn: '',
    accountId: '',
    accessKeyId: '',
    userName: '',
    sessionIssuerArn: '',
    sessionAttributes: undefined,
    ...given,
  },
});

it.each([
  ['a user', { userName: 'ada', arn: 'arn:aws:iam::000000000000:user/ada' }, 'ada'],
  [
    'a session',
    { type: 'AssumedRole', arn: 'arn:aws:sts::000000000000:assumed-role/deploy/ci', principalId: 'AROA:ci' },
    'deploy/ci',
  ],
  ['the root', { type: 'Root', arn: 'arn:aws:iam::000000000000:root' }, 'root'],
  ['a service', { type: 'AWSService', principalId: 'service:rotation-worker' }, 'rotation-worker'],
  ['nobody known', { type: 'Unknown', principalId: '' }, ''],
])('names %s', (_, given, expected) => {
  expect(whoOf(identity(given))).toBe(expected);
});

it('shortens what is the same everywhere', () => {
  expect(localPart('arn:aws:secretsmanager:us-east-1:000000000000:secret:a:b-1')).toBe('secret:a:b-1');
  expect(localPart('prod/db')).toBe('prod/db');
  expect(sourceWord('kms.amazonaws.com')).toBe('kms');
});

it('knows the looks of this page, and no other', () => {
  expect(isOwnLook({ eventName: 'LookupEvents', userAgent: 'me' }, 'me')).toBe(true);
  expect(isOwnLook({ eventName: 'LookupEvents', userAgent: 'aws-cli' }, 'me')).toBe(false);
  expect(isOwnLook({ eventName: 'GetSecretValue', userAgent: 'me' }, 'me')).toBe(false);
});

it('names first what a call was about', () => {
  const [key, secret] = [{ arn: 'arn:aws:kms:us-east-1:1:key/k' }, { arn: 'arn:aws:secretsmanager:us-east-1:1:secret:s' }];
  const about = (eventSource: string, ...resources: { arn: string }[]) => mainResource({ eventSource, resources });
  expect(about('secretsmanager.amazonaws.com', key, secret)).toBe(secret);
  expect(about('kms.amazonaws.com', secret, key)).toBe(key);
  expect(about('sts.amazonaws.com', key)).toBe(key);
  expect(about('sts.amazonaws.com')).toBeUndefined();
});
