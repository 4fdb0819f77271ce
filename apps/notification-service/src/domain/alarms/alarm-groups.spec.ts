import { admitGroups, groupOf, MAX_GROUPS, OTHERS } from './alarm-groups';

const event = {
  source: 'aws.kms',
  count: 3,
  nothing: null,
  empty: '',
  detail: { userIdentity: { arn: 'arn:ada' }, resources: [{ ARN: 'first' }, { ARN: 'second' }], list: ['one', 'two'] },
};

it.each([
  ['', ''],
  ['source', 'aws.kms'],
  ['count', '3'],
  ['detail.userIdentity.arn', 'arn:ada'],
  ['detail.resources.ARN', 'first'],
  ['detail.list', 'one'],
  ['detail.userIdentity', '(none)'],
  ['detail.missing.arn', '(none)'],
  ['nothing', '(none)'],
  ['empty', '(none)'],
  ['toString', '(none)'],
  ['source.length', '(none)'],
])('finds by %j the group %j', (field, group) => expect(groupOf(event, field)).toBe(group));

it('keeps of a long value as much as the table has room for', () => {
  expect(groupOf({ a: 'x'.repeat(1_000) }, 'a')).toHaveLength(256);
});

it('counts for themselves those that are known, and new ones while there is room', () => {
  const known = new Set(Array.from({ length: MAX_GROUPS - 1 }, (_, n) => `old ${n}`));
  const admit = admitGroups(known, ['new', 'newer', 'old 1']);
  expect(['old 5', 'new', 'newer', 'old 1'].map(admit)).toEqual(['old 5', 'new', OTHERS, 'old 1']);
});
