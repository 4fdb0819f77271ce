import { arnOfProvider, isAskable, isIssuer } from './oidc-provider';

it.each([
  ['https://id.example.org', true],
  ['https://id.example.org/', true],
  ['https://id.example.org:8443/realms/staff', true],
  ['http://localhost:8080', true],
  ['http://127.0.0.1:8080/x', true],
  ['http://[::1]:8080', true],
  ['http://id.example.org', false],
  ['http://127.0.0.1.example.org', false],
  ['http://10.0.0.1', false],
  ['ftp://localhost', false],
  ['https://user:word@id.example.org', false],
  ['https://id.example.org?a', false],
  ['https://id.example.org#a', false],
  // Not as URLs are written, so that one issuer could have two names.
  ['https://ID.example.org', false],
  ['https://id.example.org/a/../b', false],
  ['https://id.example.org:443', false],
  ['https://*.example.org', false],
  [`https://id.example.org/${'x'.repeat(255)}`, false],
  ['id.example.org', false],
  ['', false],
])('%j can be an issuer: %p', (text, expected) => expect(isIssuer(text)).toBe(expected));

it('asks keys where a query says which', () => expect(isAskable('https://keys.example.org/keys?tenant=a')).toBe(true));

it('names a provider by its issuer without the scheme', () =>
  expect(arnOfProvider('000000000000', 'https://id.example.org/realms/staff')).toBe(
    'arn:aws:iam::000000000000:oidc-provider/id.example.org/realms/staff',
  ));
