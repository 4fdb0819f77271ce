import { isIP } from 'node:net';
import { BlockList } from 'node:net';
import fc from 'fast-check';
import { inAnyRange, parseIpRange } from './ip-range';

const within = (address: string, ...ranges: string[]) =>
  inAnyRange(
    address,
    ranges.map((range) => parseIpRange(range)!),
  );

it.each([
  ['10.1.2.3', '10.0.0.0/8', true],
  ['11.1.2.3', '10.0.0.0/8', false],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.4', '10.1.2.3', false],
  ['10.1.2.3', '10.1.2.200/24', true],
  ['203.0.113.127', '203.0.113.0/25', true],
  ['203.0.113.128', '203.0.113.0/25', false],
  ['1.2.3.4', '0.0.0.0/0', true],
  ['1.2.3.4', '::/0', false],
  ['::1', '0.0.0.0/0', false],
  ['::1', '::/0', true],
  ['::ffff:10.1.2.3', '10.0.0.0/8', true],
  ['::ffff:a01:203', '10.0.0.0/8', true],
  ['2001:db8::1', '2001:db8::/32', true],
  ['2001:db9::1', '2001:db8::/32', false],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1', true],
  ['fe80::8000', 'fe80::/113', false],
  ['fe80::7fff', 'fe80::/113', true],
])('%s in %s: %p', (address, range, expected) => {
  expect(within(address, range)).toBe(expected);
});

it('cannot tell for what is no address', () => {
  expect(within('Strongroom Internal', '0.0.0.0/0', '::/0')).toBeUndefined();
  expect(within('', '0.0.0.0/0')).toBeUndefined();
});

it.each(['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0/8', '/8', '10.0.0.0/8/8', '::g', '*'])(
  'refuses the range %p',
  (text) => {
    expect(parseIpRange(text)).toBeUndefined();
  },
);

const piece = fc.constantFrom('0', '1', 'ffff', 'abcd', '00', '12345', 'g', '1.2.3.4', '256.1.1.1', '01.2.3.4', '1.2.3', '');
const texts = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.array(piece, { maxLength: 9 }).map((parts) => parts.join(':')),
  fc.array(fc.constantFrom('0', '1', '255', '256', '01', ''), { maxLength: 5 }).map((parts) => parts.join('.')),
);

it('takes for an address what the platform takes for one', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(parseIpRange(text) !== undefined).toBe(isIP(text) !== 0);
    }),
    { numRuns: 3000 },
  );
});

it('agrees with the platform on which range holds an address', () => {
  const address4 = fc.tuple(fc.constantFrom(10, 192), fc.nat(3), fc.nat(255), fc.nat(255)).map((octets) => octets.join('.'));
  const address6 = fc.tuple(fc.nat(3), fc.nat(0xffff)).map(([a, b]) => `2001:db8:${a.toString(16)}::${b.toString(16)}`);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.tuple(address4, address4, fc.nat(32), fc.constant('ipv4' as const)),
        fc.tuple(address6, address6, fc.nat(128), fc.constant('ipv6' as const)),
      ),
      ([address, base, prefix, family]) => {
        const list = new BlockList();
        list.addSubnet(base, prefix, family);
        expect(within(address, `${base}/${prefix}`)).toBe(list.check(address, family));
      },
    ),
    { numRuns: 2000 },
  );
});
