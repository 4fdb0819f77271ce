import { secretNumbers } from '@strongroom/field-rules';
import * as rules from './request-rules';

const a = (length: number) => 'a'.repeat(length);
const pages = secretNumbers.listMaxResults;
const keys = '🔑'.repeat(1);
const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: '' }));
const text = (bytes: number) => ({ kind: 'string' as const, text: a(bytes) });
const bytes = (length: number) => ({ kind: 'binary' as const, bytes: Buffer.alloc(length) });

/** At the edge, and one past it. */
const edges: [what: string, at: () => unknown, past: () => unknown, field: string][] = [
  ['a name of 512', () => rules.requireName(a(512)), () => rules.requireName(a(513)), 'Name'],
  ['a name of 1', () => rules.requireName('a'), () => rules.requireName(''), 'Name'],
  ['a name of the listed characters', () => rules.requireName('aZ9/_+=.@-'), () => rules.requireName('a b'), 'Name'],
  ['a name of ASCII', () => rules.requireName('a'), () => rules.requireName('ä'), 'Name'],
  ['a version id of 32', () => rules.requireVersionId(a(32), 'V'), () => rules.requireVersionId(a(31), 'V'), 'V'],
  ['a version id of 64', () => rules.requireVersionId(a(64), 'V'), () => rules.requireVersionId(a(65), 'V'), 'V'],
  ['a label of 256', () => rules.requireLabel(a(256), 'L'), () => rules.requireLabel(a(257), 'L'), 'L'],
  ['a label of 1', () => rules.requireLabel('a', 'L'), () => rules.requireLabel('', 'L'), 'L'],
  ['a label without space around', () => rules.requireLabel('a b', 'L'), () => rules.requireLabel('a ', 'L'), 'L'],
  [
    '20 labels',
    () => rules.requireLabels(Array.from({ length: 20 }, (_, i) => `l${i}`)),
    () => rules.requireLabels(Array.from({ length: 21 }, (_, i) => `l${i}`)),
    'VersionStages',
  ],
  ['labels once', () => rules.requireLabels(['x', 'y']), () => rules.requireLabels(['x', 'x']), 'VersionStages'],
  ['a description of 2,048', () => rules.requireDescription(a(2048)), () => rules.requireDescription(a(2049)), 'Description'],
  [
    'a description counted in characters',
    () => rules.requireDescription(keys.repeat(2048)),
    () => rules.requireDescription(keys.repeat(2049)),
    'Description',
  ],
  ['a key id of 2,048', () => rules.requireKmsKeyId(a(2048)), () => rules.requireKmsKeyId(a(2049)), 'KmsKeyId'],
  ['a string of 65,536', () => rules.requireValue(text(65_536)), () => rules.requireValue(text(65_537)), 'SecretString'],
  ['a string of 1', () => rules.requireValue(text(1)), () => rules.requireValue(text(0)), 'SecretString'],
  [
    'a string counted in bytes',
    () => rules.requireValue({ kind: 'string', text: keys.repeat(16_384) }),
    () => rules.requireValue({ kind: 'string', text: `${keys.repeat(16_384)}a` }),
    'SecretString',
  ],
  ['bytes, 65,536', () => rules.requireValue(bytes(65_536)), () => rules.requireValue(bytes(65_537)), 'SecretBinary'],
  ['bytes, 1', () => rules.requireValue(bytes(1)), () => rules.requireValue(bytes(0)), 'SecretBinary'],
  ['50 tags', () => rules.requireTags(tags(50)), () => rules.requireTags(tags(51)), 'Tags'],
  [
    'a tag key of 128',
    () => rules.requireTags([{ key: a(128), value: '' }]),
    () => rules.requireTags([{ key: a(129), value: '' }]),
    'Tags[0].Key',
  ],
  [
    'a tag value of 256',
    () => rules.requireTags([{ key: 'k', value: a(256) }]),
    () => rules.requireTags([{ key: 'k', value: a(257) }]),
    'Tags[0].Value',
  ],
  [
    'a tag key of ours alone',
    () => rules.requireTags([{ key: 'aws', value: '' }]),
    () => rules.requireTags([{ key: 'AWS:x', value: '' }]),
    'Tags[0].Key',
  ],
  ['tag keys once', () => rules.requireTags([...tags(2)]), () => rules.requireTags([...tags(1), ...tags(1)]), 'Tags[1].Key'],
  ['1 tag key', () => rules.requireTagKeys(['k']), () => rules.requireTagKeys([]), 'TagKeys'],
  ['a policy of 20,480', () => rules.requirePolicyText(a(20_480)), () => rules.requirePolicyText(a(20_481)), 'ResourcePolicy'],
  ['100 results', () => rules.requireMaxResults(100, pages), () => rules.requireMaxResults(101, pages), 'MaxResults'],
  ['1 result', () => rules.requireMaxResults(1, pages), () => rules.requireMaxResults(0, pages), 'MaxResults'],
  ['7 days', () => rules.requireRecoveryWindow(7n, false), () => rules.requireRecoveryWindow(6n, false), 'RecoveryWindowInDays'],
  [
    '30 days',
    () => rules.requireRecoveryWindow(30n, false),
    () => rules.requireRecoveryWindow(31n, false),
    'RecoveryWindowInDays',
  ],
  [
    'no days where deletion is forced',
    () => rules.requireRecoveryWindow(undefined, true),
    () => rules.requireRecoveryWindow(7n, true),
    'RecoveryWindowInDays',
  ],
];

it.each(edges)('takes %s, and refuses one past it by its name', (_what, at, past, field) => {
  expect(at).not.toThrow();
  expect(past).toThrow(expect.objectContaining({ reason: 'InvalidParameterException', message: expect.stringContaining(field) }));
});

it('shows no value in what it says', () => {
  const past = { kind: 'string' as const, text: 'hunter2'.repeat(10_000) };
  expect(() => rules.requireValue(past)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
});

it('has the defaults of the contract', () => {
  expect(rules.requireLabels([])).toEqual(['AWSCURRENT']);
  expect(rules.requireMaxResults(undefined, pages)).toBe(100);
  expect(rules.requireRecoveryWindow(undefined, false)).toBe(30);
});
