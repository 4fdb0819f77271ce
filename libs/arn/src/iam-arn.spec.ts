import { assumedRoleArn, groupArn, parseIamArn, policyArn, roleArn, rootArn, userArn } from './iam-arn';

const account = '111111111111';
const partition = 'aws';

it.each([
  [rootArn(account), 'arn:aws:iam::111111111111:root', { kind: 'root', partition, account }],
  [
    userArn({ account, name: 'alice' }),
    'arn:aws:iam::111111111111:user/alice',
    { kind: 'user', partition, account, path: '/', name: 'alice' },
  ],
  [
    userArn({ account, path: '/team/a/', name: 'a+b=c,d.e@f-g_h' }),
    'arn:aws:iam::111111111111:user/team/a/a+b=c,d.e@f-g_h',
    { kind: 'user', partition, account, path: '/team/a/', name: 'a+b=c,d.e@f-g_h' },
  ],
  [
    groupArn({ account, name: 'g'.repeat(128) }),
    `arn:aws:iam::111111111111:group/${'g'.repeat(128)}`,
    { kind: 'group', partition, account, path: '/', name: 'g'.repeat(128) },
  ],
  [
    roleArn({ account, path: '/svc/', name: 'api' }),
    'arn:aws:iam::111111111111:role/svc/api',
    { kind: 'role', partition, account, path: '/svc/', name: 'api' },
  ],
  [
    policyArn({ account, name: 'read' }),
    'arn:aws:iam::111111111111:policy/read',
    { kind: 'policy', partition, account, path: '/', name: 'read' },
  ],
  [
    assumedRoleArn({ account, role: 'api', session: 'i-1@host' }),
    'arn:aws:sts::111111111111:assumed-role/api/i-1@host',
    { kind: 'assumed-role', partition, account, role: 'api', session: 'i-1@host' },
  ],
])('builds and reads %s', (built, text, parsed) => {
  expect(built).toBe(text);
  expect(parseIamArn(text)).toEqual(parsed);
});

it.each([
  ['arn:aws:iam:us-east-1:111111111111:root', 'Arn must not name a region: IAM has none.'],
  ['arn:aws:iam:::root', 'Arn must name an account of 12 digits.'],
  ['arn:aws:iam::111111111111:user', "Arn must be the ARN of an account's root, a user"],
  ['arn:aws:iam::111111111111:user/', 'Arn has an invalid user name: it must be 1 to 64 letters'],
  ['arn:aws:iam::111111111111:user/a b', 'Arn has an invalid user name'],
  [`arn:aws:iam::111111111111:role/${'r'.repeat(65)}`, 'Arn has an invalid role name: it must be 1 to 64 letters'],
  [`arn:aws:iam::111111111111:user/${'p'.repeat(511)}/x`, 'Arn has an invalid path'],
  ['arn:aws:iam::111111111111:user/a path/x', 'Arn has an invalid path'],
  ['arn:aws:iam::111111111111:assumed-role/r/s1', "Arn must be the ARN of an account's root"],
  ['arn:aws:sts::111111111111:assumed-role/r', 'Arn has an invalid session name: it must be 2 to 64 letters'],
  ['arn:aws:sts::111111111111:assumed-role/r/s1/x', 'Arn must end in assumed-role/ROLE/SESSION.'],
  ['arn:aws:sts::111111111111:user/x', "Arn must be the ARN of an account's root"],
  ['arn:aws:s3::111111111111:user/x', "Arn must be the ARN of an account's root"],
  ['arn:aws:iam::111111111111:constructor/x', "Arn must be the ARN of an account's root"],
])('refuses %p', (text, message) => {
  expect(() => parseIamArn(text, 'Arn')).toThrow(message);
});

it('refuses to build what it would not read', () => {
  expect(() => userArn({ account: '1', name: 'x' })).toThrow('user ARN has an invalid account');
  expect(() => userArn({ account: '', name: 'x' })).toThrow('user ARN must name an account');
  expect(() => roleArn({ account, path: 'x/', name: 'x' })).toThrow('role ARN has an invalid path');
  expect(() => assumedRoleArn({ account, role: 'r', session: 's' })).toThrow('session ARN has an invalid session name');
});
