import type { Dice } from './dice';

/** Texts that programs trip over. */
const prototypes = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'then'];
const controls = ['\0', 'a\0b', '\x1b[31m', '\r\nx-injected: 1', '\n', '\t', '\x7f', '\u0085', '\u2028', '\ufeff'];
const surrogates = ['\ud800', '\udfff', 'a\udc00b', '\ud83d'];
const unicode = [
  '\u202egnp.exe', // right to left from here on
  '\u2066x\u2069',
  'ａｄｍｉｎ', // full width
  'аdmin', // a Cyrillic a
  'e\u0301', // two code points that look like one
  '\u00e9',
  'ß',
  'ı', // a Turkish dotless i: upper case is I
  '\u200b',
  '\u{1f4a3}',
  '\u{10ffff}',
  'Z\u0351\u036b'.repeat(40),
];
const patterns = [
  '%',
  '_',
  '\\',
  "'",
  '"',
  '`',
  ';--',
  '${x}',
  '{{x}}',
  '%s%n',
  '../../etc/passwd',
  '*',
  '?',
  '(a+)+$',
  '[',
  '^',
  '\\u0000',
];
const places = [
  'https://ä.example',
  'spiffe://ä/x',
  'https://[::1',
  'http://0/',
  '//',
  'urn:',
  'javascript:1',
  'https://a:99999',
  '::',
  'a b',
];
const numerals = ['0', '-1', '1e400', 'NaN', 'Infinity', '9223372036854775808', '٣', '0x10', '1_000', '', ' '];

export const hostileTexts: readonly string[] = [
  ...prototypes,
  ...controls,
  ...surrogates,
  ...unicode,
  ...patterns,
  ...places,
  ...numerals,
];

/** Alone, or within an otherwise valid text. */
export const hostileText = (dice: Dice, right: string): string => {
  const hostile = dice.pick(hostileTexts);
  switch (dice.below(4)) {
    case 0:
      return `${hostile}${right}`;
    case 1:
      return `${right}${hostile}`;
    default:
      return hostile;
  }
};

const broken = ['ff', 'c328', 'e28028', 'f0288cbc', 'eda080', 'c080', 'f4908080', 'fe', '80', 'e0a0'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** No UTF-8: ends in the middle, encodes a surrogate, is longer than it needs to be, or is past the last code point. */
export const notUtf8 = (dice: Dice, right: string): Buffer => {
  const at = dice.below(right.length + 1);
  return Buffer.concat([Buffer.from(right.slice(0, at)), dice.pick(broken), Buffer.from(right.slice(at))]);
};

/** Numbers where counting goes wrong: at the limits of types, around zero, and at the limits of dates. */
export const boundaryIntegers: readonly (bigint | string)[] = [
  0n,
  1n,
  -1n,
  2n ** 31n - 1n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 32n,
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  2n ** 63n,
  -(2n ** 63n),
  2n ** 64n - 1n,
  253_402_300_799n, // the last second of the year 9999
  253_402_300_800n,
  -62_135_596_801n, // the second before the year 1
  8_640_000_000_001n, // the second after the last that JavaScript has
  'NaN',
  '1e400',
  '-0.0',
  '1.5',
];

/** An ARN or name changed so that it looks like itself, or like the same in another account. */
export const lookAlike = (dice: Dice, right: string, otherAccountId: string): string => {
  const account = /\d{12}/.exec(right)?.[0];
  const withAccount = (other: string) => (account === undefined ? `${right}${other}` : right.replace(account, other));
  const changes: (() => string)[] = [
    () => withAccount(otherAccountId),
    () => withAccount('999999999999'),
    () => withAccount('000000000000'),
    () => withAccount(`${account ?? ''} `),
    () => withAccount(`0${account ?? ''}`),
    () => withAccount('*'),
    () => withAccount(''),
    // Digits of other scripts.
    () => withAccount((account ?? '1').replace(/\d/, (digit) => String.fromCharCode(0xff10 + Number(digit)))),
    () => withAccount((account ?? '1').replace(/\d/, (digit) => String.fromCharCode(0x0660 + Number(digit)))),
    () => right.replace(/^arn:aws:/, 'arn:aws-cn:'),
    () => right.replace(/^arn:/, 'ARN:'),
    () => right.replace(/^arn:aws:(\w+):[\w-]*:/, 'arn:aws:$1:eu-north-1:'),
    () => right.replace(/^arn:aws:\w+/, 'arn:aws:iam'),
    () => `${right}:`,
    () => `${right}/`,
    () => right.slice(0, -1),
    () => right.toUpperCase(),
    () => right.replace('e', 'е'), // Cyrillic
    () => right.replace('a', 'а'),
    () => encodeURIComponent(right),
    () => ` ${right}`,
    () => `${right}\0`,
    () => `${right},${right}`,
    () => right.replaceAll(':', '：'),
  ];
  return dice.pick(changes)();
};
