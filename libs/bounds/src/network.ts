import { isIPv6 } from 'node:net';

/** An IPv4 address in IPv6 form loses its prefix. */
export const plainAddress = (address = ''): string =>
  address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;

/** The unit that limits count for an address: the address itself, or in IPv6 the /64 that one customer has. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) while (groups.length < 8 - tail.split(':').filter((group) => group !== '').length) groups.push('0');
  return `${groups.slice(0, 4).join(':')}::/64`;
}
