import { requireAliasName, requireOwnAliasName } from './alias-name';
import {
  requireAliasMarker,
  requireCiphertext,
  requireContext,
  requireDescription,
  requireKeyMarker,
  requireLimit,
  requireNumberOfBytes,
  requirePlaintext,
  requireTags,
} from './limits';

const reasonOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};
const tag = (key: string, value = '') => ({ key, value });
const tags = (count: number) => Array.from({ length: count }, (_, i) => tag(`k${i}`));
const list = { min: 1, max: 1_000, byDefault: 100 };

it.each<[string, () => unknown, () => unknown, string]>([
  ['plaintext', () => requirePlaintext(Buffer.alloc(4_096)), () => requirePlaintext(Buffer.alloc(4_097)), 'ValidationException'],
  ['plaintext', () => requirePlaintext(Buffer.alloc(1)), () => requirePlaintext(Buffer.alloc(0)), 'ValidationException'],
  [
    'ciphertext',
    () => requireCiphertext(Buffer.alloc(6_144)),
    () => requireCiphertext(Buffer.alloc(6_145)),
    'ValidationException',
  ],
  [
    'context',
    () => requireContext({ a: 'é'.repeat(4_095) }),
    () => requireContext({ ab: 'é'.repeat(4_096) }),
    'ValidationException',
  ],
  ['bytes', () => requireNumberOfBytes(1_024), () => requireNumberOfBytes(1_025), 'ValidationException'],
  ['bytes', () => requireNumberOfBytes(1), () => requireNumberOfBytes(0), 'ValidationException'],
  [
    'description',
    () => requireDescription('😀'.repeat(8_192)),
    () => requireDescription('x'.repeat(8_193)),
    'ValidationException',
  ],
  ['limit', () => requireLimit(1_000, list), () => requireLimit(1_001, list), 'ValidationException'],
  ['limit', () => requireLimit(1, list), () => requireLimit(0, list), 'ValidationException'],
  ['tags', () => requireTags(tags(50)), () => requireTags(tags(51)), 'TagException'],
  ['tag key', () => requireTags([tag('k'.repeat(128))]), () => requireTags([tag('k'.repeat(129))]), 'TagException'],
  ['tag key', () => requireTags([tag('k')]), () => requireTags([tag('')]), 'TagException'],
  ['tag key', () => requireTags([tag('awsome')]), () => requireTags([tag('AWS:x')]), 'TagException'],
  ['tag value', () => requireTags([tag('k', 'v'.repeat(256))]), () => requireTags([tag('k', 'v'.repeat(257))]), 'TagException'],
  ['tag keys', () => requireTags([tag('k'), tag('l')]), () => requireTags([tag('k'), tag('k')]), 'TagException'],
  ['tag keys', () => requireTags([tag('Team'), tag('Teams')]), () => requireTags([tag('Team'), tag('TEAM')]), 'TagException'],
  [
    'alias',
    () => requireAliasName(`alias/${'a'.repeat(250)}`),
    () => requireAliasName(`alias/${'a'.repeat(251)}`),
    'InvalidAliasNameException',
  ],
  ['alias', () => requireAliasName('alias/a'), () => requireAliasName('alias/'), 'InvalidAliasNameException'],
  ['alias', () => requireAliasName('alias/a'), () => requireAliasName('alias/a b'), 'InvalidAliasNameException'],
  ['alias', () => requireAliasName('alias/a'), () => requireAliasName('a'), 'ValidationException'],
  ['alias', () => requireAliasName('alias/a'), () => requireAliasName('alias/a:b'), 'ValidationException'],
  ['own alias', () => requireOwnAliasName('alias/awsome'), () => requireOwnAliasName('alias/aws/x'), 'InvalidAliasNameException'],
  [
    'key marker',
    () => requireKeyMarker('1234abcd-12ab-34cd-56ef-1234567890ab'),
    () => requireKeyMarker('x'),
    'InvalidMarkerException',
  ],
  ['alias marker', () => requireAliasMarker('alias/a'), () => requireAliasMarker('a'), 'InvalidMarkerException'],
])('%s: the last that is allowed, and the first that is not', (_what, allowed, refused, reason) => {
  expect(reasonOf(allowed)).toBe('accepted');
  expect(reasonOf(refused)).toBe(reason);
});

it('says of tags and names of aliases what AWS says', () => {
  const messageOf = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  expect(messageOf(() => requireTags([tag('Team'), tag('TEAM')]))).toBe('Duplicate tag keys');
  expect(messageOf(() => requireTags([tag('aws:x')]))).toBe('Tags beginning with aws: are reserved');
  expect(messageOf(() => requireTags(tags(51)))).toBe('Too many tags');
  expect(messageOf(() => requireAliasName('app'))).toBe('Invalid identifier');
  expect(messageOf(() => requireAliasName('alias/a:b'))).toBe('alias/a:b contains invalid characters for an alias');
});

it('takes the default limit and the first page when nothing is said', () => {
  expect(requireLimit(undefined, list)).toBe(100);
  expect(requireKeyMarker('')).toBe('');
});
