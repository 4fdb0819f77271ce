import { readSecretRequest } from './secret-request';

const read = (url: string, prefix = '/v1/') => {
  const asked = readSecretRequest(url, prefix);
  return 'status' in asked ? `${asked.status} ${asked.body.toString()}` : asked;
};

const ID = '1f0e3a52-6f1b-4a41-9c3c-6c2f8b0a7d10';
const invalid = (what: string) => `400 {"__type":"ValidationException","message":"1 validation error detected: Value ${what}"}`;
const tooShort = (member: string, min: number) =>
  invalid(`'' at '${member}' failed to satisfy constraint: Member must have length greater than or equal to ${min}`);

it.each<[string, object]>([
  ['/secretsmanager/get?secretId=db', { secretId: 'db', refreshNow: false }],
  ['/secretsmanager/get?secretId=prod%2Fdb', { secretId: 'prod/db', refreshNow: false }],
  ['/secretsmanager/get?secretId=prod/db', { secretId: 'prod/db', refreshNow: false }],
  ['/secretsmanager/get?secretId=a%2Bb', { secretId: 'a+b', refreshNow: false }],
  ['/secretsmanager/get?&secretId=db&', { secretId: 'db', refreshNow: false }],
  [
    '/secretsmanager/get?secretId=arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf',
    { secretId: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/db-AbCdEf', refreshNow: false },
  ],
  [
    `/secretsmanager/get?secretId=db&versionId=${ID}&versionStage=AWSPENDING&refreshNow=true`,
    { secretId: 'db', versionId: ID, versionStage: 'AWSPENDING', refreshNow: true },
  ],
  ['/secretsmanager/get?secretId=db&refreshNow=FALSE', { secretId: 'db', refreshNow: false }],
  ['/secretsmanager/get?secretId=db&refreshNow=1', { secretId: 'db', refreshNow: true }],
  ['/secretsmanager/get?secretId=db&refreshNow=0', { secretId: 'db', refreshNow: false }],
  ['/v1/db', { secretId: 'db', refreshNow: false }],
  ['/v1/prod/db?versionStage=AWSPREVIOUS', { secretId: 'prod/db', versionStage: 'AWSPREVIOUS', refreshNow: false }],
  ['/v1/prod%2Fdb', { secretId: 'prod/db', refreshNow: false }],
  ['/v1/a+b', { secretId: 'a+b', refreshNow: false }],
  // The cluster says what no name has.
  ['/secretsmanager/get?secretId=db%0d%0aX:%00', { secretId: 'db\r\nX:\0', refreshNow: false }],
  // A name, and nothing that leads out of the prefix.
  ['/v1/../secretsmanager/get', { secretId: '../secretsmanager/get', refreshNow: false }],
])('reads %s', (url, expected) => {
  expect(read(url)).toEqual(expected);
});

it('knows another prefix', () => {
  expect(read('/secrets/db', '/secrets/')).toEqual({ secretId: 'db', refreshNow: false });
  expect(read('/v1/db', '/secrets/')).toBe('404 Not found');
});

// The texts are those of AWS's agent, where it has one.
it.each([
  ['/', '404 Not found'],
  ['/secretsmanager/get/', '404 Not found'],
  ['//secretsmanager/get?secretId=db', '404 Not found'],
  ['/SecretsManager/get?secretId=db', '404 Not found'],
  ['http://localhost:2773/secretsmanager/get?secretId=db', '404 Not found'],
  ['*', '404 Not found'],
  ['/secretsmanager/get', '400 missing parameter secretId'],
  ['/secretsmanager/get?secretId=', '400 missing parameter secretId'],
  ['/secretsmanager/get?versionId=v', '400 missing parameter secretId'],
  ['/v1/', '400 missing secret ID'],
  ['/v1/?versionId=v', '400 missing secret ID'],
  ['/secretsmanager/get?secretId=db&refreshNow=123', '400 invalid refreshNow value'],
  ['/secretsmanager/get?secretId=db&refreshNow=', '400 invalid refreshNow value'],
  ['/secretsmanager/get?refreshNow=123&abc=1', '400 invalid refreshNow value'],
  ['/secretsmanager/get?secretId=db&refreshNow=constructor', '400 invalid refreshNow value'],
  ['/secretsmanager/get?secretId=db&abc=123', '400 unknown parameter: abc'],
  ['/secretsmanager/get?secretId=db&SecretId=x', '400 unknown parameter: SecretId'],
  ['/secretsmanager/get?secretId=db&__proto__=x', '400 unknown parameter: __proto__'],
  ['/v1/db?secretId=other', '400 unknown parameter: secretId'],
  ['/secretsmanager/get?secretId=db&secretId=other', '400 repeated parameter: secretId'],
  ['/secretsmanager/get?secretId=db&versionId=a&versionId=b', '400 repeated parameter: versionId'],
  ['/secretsmanager/get?secretId=db&versionId=', tooShort('versionId', 32)],
  ['/secretsmanager/get?secretId=db&versionStage', tooShort('versionStage', 1)],
  [
    '/secretsmanager/get?secretId=db&versionStage=&versionId=x',
    '400 {"__type":"ValidationException","message":"2 validation errors detected: Value \'x\' at \'versionId\' failed to satisfy ' +
      "constraint: Member must have length greater than or equal to 32; Value '' at 'versionStage' failed to satisfy constraint: " +
      'Member must have length greater than or equal to 1"}',
  ],
  ['/secretsmanager/get?secretId=%', '400 the address is not well-formed'],
  ['/secretsmanager/get?secretId=%C0%AF', '400 the address is not well-formed'],
  ['/v1/%zz', '400 the address is not well-formed'],
  [
    `/v1/${'a'.repeat(2_049)}`,
    invalid(
      `'${'a'.repeat(256)}…' at 'secretId' failed to satisfy constraint: Member must have length less than or equal to 2048`,
    ),
  ],
  ['/secretsmanager/get?secretId=db&%00=1', '400 unknown parameter: '],
])('refuses %s', (url, expected) => {
  expect(read(url)).toBe(expected);
});

it('takes an id of 2,048 characters', () => {
  const secretId = 'a'.repeat(2_048);
  expect(read(`/v1/${secretId}`)).toEqual({ secretId, refreshNow: false });
});
