import { keyOf, parseReference, referenceText } from './secret-reference';

it.each([
  ['prod/db', { secretId: 'prod/db' }],
  ['strongroom://prod/db#password', { secretId: 'prod/db', field: 'password' }],
  ['prod/db?stage=AWSPREVIOUS#password', { secretId: 'prod/db', versionStage: 'AWSPREVIOUS', field: 'password' }],
  ['prod/db?version=0a1b', { secretId: 'prod/db', versionId: '0a1b' }],
  ['a=b', { secretId: 'a=b' }],
  ['prod/db#a%7Cb%20c', { secretId: 'prod/db', field: 'a|b c' }],
  ['prod/db#/database/password', { secretId: 'prod/db', field: '/database/password' }],
  [
    'arn:aws:secretsmanager:eu-central-1:000000000000:secret:prod/db-AbCdEf#user',
    { secretId: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:prod/db-AbCdEf', field: 'user' },
  ],
])('reads %s', (text, reference) => expect(parseReference(text)).toEqual(reference));

it.each([
  ['', 'must name a secret'],
  ['prod db', 'must name a secret'],
  ['strongroom://#password', 'must name a secret'],
  ['prod/db#', 'must have a key after #'],
  ['prod/db?stage=', 'stage=<label> or version=<id>'],
  ['prod/db?label=AWSCURRENT', 'stage=<label> or version=<id>'],
  ['prod/db?stage=A&version=b', 'stage=<label> or version=<id>'],
  ['prod/db?constructor=x', 'stage=<label> or version=<id>'],
  ['prod/db#100%', 'two hexadecimal digits'],
])('refuses "%s"', (text, rule) => expect(() => parseReference(text)).toThrow(rule));

it('says of versions whether they are the same', () => {
  expect(keyOf(parseReference('prod/db?stage=AWSCURRENT#a'))).toBe(keyOf(parseReference('prod/db#b')));
  expect(keyOf(parseReference('prod/db?stage=AWSPREVIOUS'))).toBe('prod/db?stage=AWSPREVIOUS');
  expect(referenceText(parseReference('strongroom://prod/db?version=0a#b'))).toBe('prod/db?version=0a#b');
});
