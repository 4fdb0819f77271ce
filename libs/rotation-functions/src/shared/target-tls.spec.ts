import { SecretFields } from './secret-fields';
import { targetTls } from './target-tls';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const tls = (host: string, fields: object = {}) =>
  targetTls(SecretFields.parse({ kind: 'string', text: JSON.stringify(fields) }, 'AWSCURRENT'), host);

it('is required and verified unless the secret says otherwise', () => {
  expect(tls('db.example')).toEqual({ rejectUnauthorized: true, servername: 'db.example' });
  expect(tls('10.0.0.7')).toEqual({ rejectUnauthorized: true });
  expect(tls('db.example', { sslCa: PEM })).toEqual({ ca: PEM, rejectUnauthorized: true, servername: 'db.example' });
  expect(tls('db.example', { sslVerify: false })).toMatchObject({ rejectUnauthorized: false });
  expect(tls('db.example', { ssl: false })).toBeUndefined();
});

it.each(['localhost', '127.0.0.1', '127.3.2.1', '::1', 'db.localhost'])('is not asked of %s unless the secret does', (host) => {
  expect(tls(host)).toBeUndefined();
  expect(tls(host, { ssl: true })).toMatchObject({ rejectUnauthorized: true });
  expect(tls(host, { sslCa: PEM })).toMatchObject({ ca: PEM });
});

it.each(['127.0.0.1.example', 'localhost.example', '::ffff:10.0.0.1'])('is asked of %s', (host) => {
  expect(tls(host)).toBeDefined();
});

it('refuses authorities that are no PEM or that nobody would ask', () => {
  expect(() => tls('db.example', { sslCa: 'no pem' })).toThrow('The field "sslCa" of AWSCURRENT must be PEM certificates.');
  expect(() => tls('db.example', { sslCa: PEM, ssl: false })).toThrow('has no meaning while "ssl" is false');
});
