/** An address as eight 16-bit groups; IPv4 as the mapped ::ffff:a.b.c.d. */
type Groups = Uint16Array;

export interface IpRange {
  readonly family: 4 | 6;
  /** The number of bits that must agree, within the family: 0–32 or 0–128. */
  readonly prefix: number;
  readonly groups: Groups;
}

/** The address of the present request. Evaluation is synchronous, so one buffer is enough, and nothing is allocated. */
const scratch: Groups = new Uint16Array(8);

/** An address, or one with `/prefix`; bits past the prefix are ignored. `undefined` if it is neither. */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const groups = new Uint16Array(8);
  const family = readAddress(slash < 0 ? text : text.slice(0, slash), groups);
  if (family === undefined) return undefined;
  const longest = family === 4 ? 32 : 128;
  if (slash < 0) return { family, prefix: longest, groups };
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > longest) return undefined;
  return { family, prefix: Number(digits), groups };
}

/** Whether any range holds the address; `undefined` if the text is no address. */
export function inAnyRange(address: string, ranges: readonly IpRange[]): boolean | undefined {
  const family = readAddress(address, scratch);
  if (family === undefined) return undefined;
  for (const range of ranges) {
    if (range.family === family && agrees(range.groups, scratch, family === 4 ? 96 + range.prefix : range.prefix)) return true;
  }
  return false;
}

function agrees(a: Groups, b: Groups, bits: number): boolean {
  const whole = bits >> 4;
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
  const rest = bits & 15;
  return rest === 0 || (a[whole]! ^ b[whole]!) >> (16 - rest) === 0;
}

/** Fills `groups` and returns the family: 4 also for an IPv4-mapped IPv6 address, since it is the same host. */
function readAddress(text: string, groups: Groups): 4 | 6 | undefined {
  if (!text.includes(':')) {
    groups.fill(0, 0, 5);
    groups[5] = 0xffff;
    return readDotted(text, 0, groups, 6) ? 4 : undefined;
  }
  if (!readColons(text, groups)) return undefined;
  for (let i = 0; i < 5; i++) if (groups[i] !== 0) return 6;
  return groups[5] === 0xffff ? 4 : 6;
}

function readDotted(text: string, from: number, groups: Groups, target: number): boolean {
  let octets = 0;
  let value = -1;
  for (let i = from; i <= text.length; i++) {
    const code = i === text.length ? DOT : text.charCodeAt(i);
    if (code === DOT) {
      if (value < 0 || octets === 4) return false;
      const group = target + (octets >> 1);
      groups[group] = octets % 2 === 0 ? value << 8 : groups[group]! | value;
      octets++;
      value = -1;
    } else {
      const digit = code - ZERO;
      if (digit < 0 || digit > 9 || value === 0) return false; // a leading zero means octal to some readers
      value = value < 0 ? digit : value * 10 + digit;
      if (value > 255) return false;
    }
  }
  return octets === 4;
}

const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;

function readColons(text: string, groups: Groups): boolean {
  let count = 0;
  let gap = -1;
  let at = 0;
  if (text.startsWith('::')) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    if (count === 8) return false;
    let value = 0;
    const start = at;
    for (; at < text.length && text.charCodeAt(at) !== COLON; at++) {
      if (text.charCodeAt(at) === DOT) {
        if (count > 6 || !readDotted(text, start, groups, count)) return false;
        return closeGap(groups, count + 2, gap);
      }
      const digit = hexDigit(text.charCodeAt(at));
      if (digit < 0 || at - start >= 4) return false;
      value = value * 16 + digit;
    }
    if (at === start) return false;
    groups[count++] = value;
    if (at === text.length) break;
    at++; // the colon
    if (at === text.length) return false;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return false;
      gap = count;
      at++;
    }
  }
  return closeGap(groups, count, gap);
}

/** Moves what followed `::` to the end and fills the gap with zeros. */
function closeGap(groups: Groups, count: number, gap: number): boolean {
  if (gap < 0) return count === 8;
  if (count > 7) return false;
  const tail = count - gap;
  for (let i = 1; i <= tail; i++) groups[8 - i] = groups[count - i]!;
  groups.fill(0, gap, 8 - tail);
  return true;
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= 0x39) return code - ZERO;
  const letter = (code | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}
