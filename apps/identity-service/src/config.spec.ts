import { temporaryDirectory } from '@strongroom/testing';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from './config';

const directory = temporaryDirectory('identity-config');
afterAll(() => directory.remove());
const fileOf = (name: string, text: string): string => {
  const file = join(directory.path, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
};
const key = Buffer.alloc(32, 1).toString('base64');

const env = {
  STRONGROOM_LISTEN: '127.0.0.1:7200',
  STRONGROOM_METRICS_LISTEN: '127.0.0.1:7201',
  STRONGROOM_TLS_CA_FILE: 'ca',
  STRONGROOM_TLS_CERT_FILE: 'cert',
  STRONGROOM_TLS_KEY_FILE: 'key',
  STRONGROOM_DATABASE_HOST: 'mariadb',
  STRONGROOM_DATABASE_PORT: '3306',
  STRONGROOM_DATABASE_NAME: 'identity',
  STRONGROOM_DATABASE_USER: 'identity',
  STRONGROOM_DATABASE_PASSWORD_FILE: fileOf('password', 'a-password\n'),
  STRONGROOM_JOURNAL_KEY_FILE: fileOf('journal', `identity-service k1 ${key}\n`),
  STRONGROOM_REDIS_HOST: 'redis',
  STRONGROOM_REDIS_PORT: '6379',
  STRONGROOM_ROOT_KEY_FILE: fileOf('root', `${key}\n`),
};

const prefixes = (text?: string) => [
  ...readConfig({ ...env, STRONGROOM_CERTIFICATE_PREFIXES: text }).certificatePrefixes.entries(),
];

describe('STRONGROOM_CERTIFICATE_PREFIXES', () => {
  it('gives accounts beginnings of URIs, any number to each', () => {
    const payments = 'spiffe://example.org/payments/';
    const billing = 'spiffe://example.org/billing/';
    const mail = 'spiffe://mail.example/';
    expect(prefixes(` 111111111111=${payments}  111111111111=${billing},\n222222222222=${mail}x/ `)).toEqual([
      [payments, '111111111111'],
      [billing, '111111111111'],
      [`${mail}x/`, '222222222222'],
    ]);
  });

  it.each([undefined, '', ' , '])('gives nobody any by default: %j', (text) => {
    expect(prefixes(text)).toEqual([]);
  });

  it.each([
    ['no account', 'spiffe://example.org/payments/'],
    ['no URI', '111111111111'],
    ['an empty URI', '111111111111='],
    ['an account of eleven digits', '11111111111=spiffe://example.org/payments/'],
    ['a URI that is a whole one', '111111111111=spiffe://example.org/payments'],
    ['a URI of another kind', '111111111111=https://example.org/payments/'],
    ['a trust domain in capitals', '111111111111=spiffe://Example.org/payments/'],
    ['a way upwards', '111111111111=spiffe://example.org/../'],
    ['two URIs', '111111111111=spiffe://example.org/a/=spiffe://example.org/b/'],
    ['a wrong one among good ones', '111111111111=spiffe://example.org/a/ 222222222222'],
  ])('stops the start by its rule: %s', (_what, text) => {
    expect(() => prefixes(text)).toThrow('STRONGROOM_CERTIFICATE_PREFIXES: must be accounts and URI prefixes');
  });

  it('gives no beginning to two accounts', () => {
    expect(() => prefixes('111111111111=spiffe://example.org/a/ 222222222222=spiffe://example.org/a/')).toThrow(
      'STRONGROOM_CERTIFICATE_PREFIXES: must not repeat a prefix',
    );
  });
});
