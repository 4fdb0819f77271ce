import { faultOfSecret } from './faults';
import { type SourceSecret, withOneValue } from './source';

const secret = (more: Partial<SourceSecret> = {}, value = 'x'): SourceSecret =>
  withOneValue({ name: 'a', ...more }, { secretString: value });

it('lets through what can be kept', () => {
  expect(
    faultOfSecret(secret({ description: 'd'.repeat(2_048), tags: new Map([['k'.repeat(128), 'v'.repeat(256)]]) })),
  ).toBeUndefined();
  expect(faultOfSecret(secret({}, 'x'.repeat(65_536)))).toBeUndefined();
  expect(faultOfSecret({ name: 'a', versions: [] })).toBeUndefined();
});

it.each<[string, SourceSecret, RegExp]>([
  ['an empty value', secret({}, ''), /is empty/],
  ['a long value, counted in bytes', secret({}, 'ä'.repeat(32_769)), /65538 bytes/],
  ['a long description', secret({ description: 'd'.repeat(2_049) }), /description has more than 2048/],
  ['a long policy', secret({ resourcePolicy: 'p'.repeat(20_481) }), /resource policy has more than 20480/],
  ['many tags', secret({ tags: new Map(Array.from({ length: 51 }, (_, n) => [`k${n}`, ''])) }), /51 tags.*--no-tags/],
  ["a tag of AWS's", secret({ tags: new Map([['aws:x', '']]) }), /aws:x.*--no-tags/],
  ['a long tag', secret({ tags: new Map([['k', 'v'.repeat(257)]]) }), /257 characters/],
  [
    'two tags that policies cannot tell apart',
    secret({
      tags: new Map([
        ['Team', ''],
        ['team', ''],
      ]),
    }),
    /twice/,
  ],
])('refuses %s', (_, refused, fault) => {
  expect(faultOfSecret(refused)).toMatch(fault);
});
