import { createHash } from 'node:crypto';
import type { SqlConnection } from '../shared/sql-server.port';
import { changeOwnPassword, passwordLiteral } from './redshift-password';

const connection = (user: unknown, statements: string[] = []): SqlConnection => ({
  query: (sql) => {
    statements.push(sql);
    return Promise.resolve([[user]]);
  },
  close: () => Promise.resolve(),
});

it('sends the hash of password and name, in the form of the documentation', async () => {
  const statements: string[] = [];
  await changeOwnPassword(connection('a"b', statements), 'Password-1');
  const hash = createHash('md5').update('Password-1a"b').digest('hex');
  expect(statements).toEqual(['SELECT current_user', `ALTER USER "a""b" PASSWORD 'md5${hash}'`]);
});

it('refuses a session of nobody', async () => {
  await expect(changeOwnPassword(connection(null), 'Password-1')).rejects.toThrow('does not say who is logged in');
});

it.each([
  'Short-1',
  `Aa1${'x'.repeat(62)}`,
  'no-upper-1',
  'NO-LOWER-1',
  'No-digits',
  ...["'", '"', '\\', '/', '@', ' ', 'é', '\n'].map((one) => `Password-1${one}`),
])('refuses %j, which Redshift would refuse', (password) => {
  const refused = () => passwordLiteral('app', password);
  expect(refused).toThrow(/^The field "password" of AWSPENDING must have 8 to 64/);
  expect(refused).not.toThrow(password);
});

it.each(['Passwd-1', `Aa1${'~'.repeat(61)}`])('takes %j', (password) => {
  expect(passwordLiteral('app', password)).toMatch(/^'md5[0-9a-f]{32}'$/);
});
