import { TrustedProxies } from './client-address';

const proxies = new TrustedProxies(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32']);

it.each<[string, string | undefined, string]>([
  // Whoever comes directly may say what they like.
  ['203.0.113.5', '1.1.1.1', '203.0.113.5'],
  ['203.0.113.5', undefined, '203.0.113.5'],
  ['::ffff:203.0.113.5', undefined, '203.0.113.5'],
  ['10.1.2.3', '203.0.113.9', '203.0.113.9'],
  ['::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
  // The last one that is no proxy; what stands before it anybody can have written.
  ['10.1.2.3', '1.1.1.1, 203.0.113.9, 10.9.9.9,192.0.2.1', '203.0.113.9'],
  ['2001:db8::1', '2001:db9::7', '2001:db9::7'],
  ['10.1.2.3', undefined, '10.1.2.3'],
  ['10.1.2.3', '', '10.1.2.3'],
  ['10.1.2.3', 'unknown', '10.1.2.3'],
  ['10.1.2.3', '203.0.113.9, x\r\ny', '10.1.2.3'],
  ['10.1.2.3', '10.2.2.2', '10.2.2.2'],
])('from %s, forwarded for %s, is %s', (connection, forwardedFor, address) => {
  expect(proxies.addressOf(connection, forwardedFor)).toBe(address);
});

it('trusts nobody unless somebody says so', () => {
  expect(new TrustedProxies([]).addressOf('127.0.0.1', '203.0.113.9')).toBe('127.0.0.1');
});
