import { serviceName, uriName } from './subject-alternative-name';

it('is the one URI among the names', () => {
  expect(uriName('DNS:a, URI:spiffe://b/c, IP Address:::1')).toBe('spiffe://b/c');
  expect(uriName('URI:spiffe://b/c')).toBe('spiffe://b/c');
});

it.each([
  undefined,
  '',
  'DNS:a',
  'URI:spiffe://b/c, URI:spiffe://b/d',
  'URI:spiffe://\u00e4/x',
  'URI:spiffe://b/\u0000',
  'URI:spiffe://b/c, ',
  'URI:"spiffe://b/c"',
  'URI:spiffe://b/c\n',
  'URI:not a uri',
  `URI:spiffe://b/${'x'.repeat(2_001)}`,
  '\u00e4:x',
])('is none in %j', (names) => {
  expect(uriName(names)).toBeUndefined();
});

it('names a service of the trust domain, and nothing else', () => {
  expect(serviceName('spiffe://b/service/secrets-api', 'b')).toBe('secrets-api');
  for (const uri of [
    'spiffe://c/service/x',
    'spiffe://b/service/',
    'spiffe://b/service/x/y',
    'spiffe://b/service/X',
    undefined,
  ]) {
    expect(serviceName(uri, 'b')).toBeUndefined();
  }
});
