import { tagChanges } from './tag-changes';

it('sets what is new or changed, and removes what is gone', () => {
  const before = [
    { key: 'Team', value: 'blue' },
    { key: 'Stage', value: 'prod' },
    { key: 'Old', value: '' },
  ];
  const after = [
    { key: 'Team', value: 'red' },
    { key: 'Stage', value: 'prod' },
    { key: 'New', value: 'x' },
    { key: '', value: 'ignored' },
  ];
  expect(tagChanges(before, after)).toEqual({
    set: [
      { key: 'Team', value: 'red' },
      { key: 'New', value: 'x' },
    ],
    removed: ['Old'],
  });
  expect(tagChanges(before, before)).toEqual({ set: [], removed: [] });
});
