import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import { familyOf, formsOf } from './ip-address';

/** The addresses where programs find the machine's or cloud's confidential data, and those where no server is. */
const closed = new BlockList();
const networks: [string, number, 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  // Link-local: metadata of AWS, Azure, Google and others.
  ['169.254.0.0', 16, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  // Metadata elsewhere: Alibaba, Oracle, Azure; AWS and Google over IPv6.
  ['100.100.100.200', 32, 'ipv4'],
  ['192.0.0.192', 32, 'ipv4'],
  ['168.63.129.16', 32, 'ipv4'],
  ['fd00:ec2::254', 128, 'ipv6'],
  ['fd20:ce::254', 128, 'ipv6'],
  ['::', 128, 'ipv6'],
  // Many hosts at once.
  ['224.0.0.0', 4, 'ipv4'],
  ['255.255.255.255', 32, 'ipv4'],
  ['ff00::', 8, 'ipv6'],
];
for (const [network, length, family] of networks) closed.addSubnet(network, length, family);

export const isClosed = (address: string): boolean => formsOf(address).some((form) => closed.check(form, familyOf(form)));

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addSubnet('0.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addAddress('::', 'ipv6');

const ownForms = (): Set<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).flatMap(({ address }) => formsOf(address))));

/** Whether packets to an address stay on this machine. */
export const isThisMachine = (address: string): boolean => {
  const own = ownForms();
  return formsOf(address).some((form) => own.has(form) || loopback.check(form, familyOf(form)));
};
