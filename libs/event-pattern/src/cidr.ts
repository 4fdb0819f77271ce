import { BlockList, isIP } from 'node:net';
import { PatternFault } from './pattern-fault';

const familyOf = (address: string): 'ipv4' | 'ipv6' | undefined => ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(address) as 4 | 6];

/** Whether a text is an address of the network. @throws PatternFault */
export function cidrTest(place: string, network: string): (text: string) => boolean {
  const [address = '', length, ...more] = network.split('/');
  const family = familyOf(address);
  const longest = family === 'ipv4' ? 32 : 128;
  if (family === undefined || more.length > 0 || length === undefined || !/^\d{1,3}$/.test(length) || Number(length) > longest) {
    throw PatternFault.at(place, 'must have a network such as 10.0.0.0/24 or 2001:db8::/32 as "cidr".');
  }
  const list = new BlockList();
  list.addSubnet(address, Number(length), family);
  return (text) => {
    const kind = familyOf(text);
    return kind !== undefined && list.check(text, kind);
  };
}
