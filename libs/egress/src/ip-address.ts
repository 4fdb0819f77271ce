import { isIP, isIPv4 } from 'node:net';

/** The 16-bit groups of an IPv6 address. */
const groupsOf = (address: string): number[] => {
  const [text = ''] = address.split('%');
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const hex = (high: string, low: string) => ((Number(high) << 8) | Number(low)).toString(16);
  const plain = dotted ? `${dotted[1]}${hex(dotted[2]!, dotted[3]!)}:${hex(dotted[4]!, dotted[5]!)}` : text;
  const [head = '', tail] = plain.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter(Boolean));
  const gap = tail === undefined ? 0 : 8 - before!.length - after!.length;
  return [...before!, ...Array<string>(gap).fill('0'), ...after!].map((group) => Number.parseInt(group, 16));
};

const dottedOf = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.');

/** The IPv4 address that packets to an IPv6 address can reach: mapped, compatible, NAT64 or 6to4. */
const embeddedIn = (groups: readonly number[]): string | undefined => {
  const [a = 0, b = 0, c = 0, , , f = 0, g = 0, h = 0] = groups;
  const isZero = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  if (isZero(0, 5) && (f === 0xffff || (f === 0 && (g !== 0 || h > 1)))) return dottedOf(g, h);
  if (isZero(0, 4) && groups[4] === 0xffff && f === 0) return dottedOf(g, h);
  if (a === 0x64 && b === 0xff9b && isZero(2, 6)) return dottedOf(g, h);
  if (a === 0x2002) return dottedOf(b, c);
  return undefined;
};

/**
 * All addresses that one address may stand for, each in one form: itself, and an IPv4 address inside of it. Rules are held
 * against each.
 * @param address as `isIP` knows it
 */
export const formsOf = (address: string): string[] => {
  if (isIPv4(address)) return [address];
  const groups = groupsOf(address);
  const embedded = embeddedIn(groups);
  return [groups.map((group) => group.toString(16)).join(':'), ...(embedded === undefined ? [] : [embedded])];
};

export const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 4 ? 'ipv4' : 'ipv6');
