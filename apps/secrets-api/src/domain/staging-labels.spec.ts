import fc from 'fast-check';
import { attachToNewVersion, labelChanges, labelsByVersion, labelsOf, MAX_LABELS, moveLabel } from './staging-labels';

const labels = (entries: Record<string, string>) => new Map(Object.entries(entries));
const plain = (map: ReadonlyMap<string, string>) => Object.fromEntries(map);
const many = (count: number) => Array.from({ length: count }, (_, index) => `label-${index}`);

describe('a new version', () => {
  it('is current where there was none, whatever was asked for', () => {
    expect(plain(attachToNewVersion(labels({}), 'one', ['mine']))).toEqual({ AWSCURRENT: 'one', mine: 'one' });
    expect(plain(attachToNewVersion(labels({}), 'one', ['AWSCURRENT']))).toEqual({ AWSCURRENT: 'one' });
  });

  it('becomes current, and what was so becomes previous', () => {
    const before = labels({ AWSCURRENT: 'two', AWSPREVIOUS: 'one' });
    expect(plain(attachToNewVersion(before, 'three', ['AWSCURRENT']))).toEqual({ AWSCURRENT: 'three', AWSPREVIOUS: 'two' });
  });

  it('takes other labels from whoever has them, and leaves the current one alone', () => {
    const before = labels({ AWSCURRENT: 'one', AWSPENDING: 'one', mine: 'one' });
    expect(plain(attachToNewVersion(before, 'two', ['AWSPENDING', 'mine']))).toEqual({
      AWSCURRENT: 'one',
      AWSPENDING: 'two',
      mine: 'two',
    });
  });

  it('brings the secret to 20 labels over all versions, and not to 21', () => {
    const before = labels({ AWSCURRENT: 'one' });
    expect(attachToNewVersion(before, 'two', many(MAX_LABELS - 1)).size).toBe(20);
    expect(() => attachToNewVersion(before, 'two', many(MAX_LABELS))).toThrow(
      expect.objectContaining({ reason: 'LimitExceededException', message: expect.stringContaining('carry 21 staging labels') }),
    );
    // AWSCURRENT comes with the first version, and AWSPREVIOUS with the second: both count.
    expect(() => attachToNewVersion(labels({}), 'one', many(20))).toThrow(/would carry 21 staging labels/);
    const full = attachToNewVersion(before, 'two', many(MAX_LABELS - 1));
    expect(() => attachToNewVersion(full, 'three', ['AWSCURRENT'])).toThrow(/would carry 21 staging labels/);
    expect(() => moveLabel(full, { label: 'one more', to: 'one' })).toThrow(/would carry 21 staging labels/);
    expect(() => labelChanges(full, new Map(full).set('one more', 'one'))).toThrow(/would carry 21 staging labels/);
  });

  it('may take the place of others in a secret that has more from before, which then has no more of them', () => {
    const before = labels(Object.fromEntries([...many(30), 'AWSCURRENT', 'AWSPREVIOUS'].map((label) => [label, 'one'])));
    const after = attachToNewVersion(before, 'two', ['AWSCURRENT', 'label-1']);
    expect([after.size, labelsOf(after, 'two')]).toEqual([32, ['AWSCURRENT', 'label-1']]);
    expect(moveLabel(before, { label: 'label-1', from: 'one' }).size).toBe(31);
    expect(() => attachToNewVersion(before, 'two', ['new'])).toThrow(
      expect.objectContaining({ reason: 'LimitExceededException' }),
    );
  });

  it('takes AWSPENDING along when it becomes current, and when it is no longer', () => {
    const rotated = moveLabel(labels({ AWSCURRENT: 'one', AWSPENDING: 'two' }), { label: 'AWSCURRENT', from: 'one', to: 'two' });
    expect(plain(rotated)).toEqual({ AWSCURRENT: 'two', AWSPENDING: 'two', AWSPREVIOUS: 'one' });
    expect(plain(attachToNewVersion(rotated, 'three', ['AWSCURRENT']))).toEqual({ AWSCURRENT: 'three', AWSPREVIOUS: 'two' });
    expect(plain(attachToNewVersion(rotated, 'three', ['AWSCURRENT', 'AWSPENDING']))).toEqual({
      AWSCURRENT: 'three',
      AWSPENDING: 'three',
      AWSPREVIOUS: 'two',
    });
  });
});

describe('one label', () => {
  const before = labels({ AWSCURRENT: 'two', AWSPREVIOUS: 'one', mine: 'one' });

  it.each([
    ['is added to a version', { label: 'new', to: 'two' }, { ...plain(before), new: 'two' }],
    ['stays where it is', { label: 'mine', to: 'one' }, plain(before)],
    ['AWSCURRENT stays where it is, and AWSPREVIOUS with it', { label: 'AWSCURRENT', to: 'two' }, plain(before)],
    ['moves', { label: 'mine', from: 'one', to: 'two' }, { ...plain(before), mine: 'two' }],
    ['is taken away', { label: 'mine', from: 'one' }, { AWSCURRENT: 'two', AWSPREVIOUS: 'one' }],
    [
      'AWSCURRENT takes AWSPREVIOUS along',
      { label: 'AWSCURRENT', from: 'two', to: 'three' },
      { AWSCURRENT: 'three', AWSPREVIOUS: 'two', mine: 'one' },
    ],
    [
      'goes back, and AWSPREVIOUS with it',
      { label: 'AWSCURRENT', from: 'two', to: 'one' },
      { AWSCURRENT: 'one', AWSPREVIOUS: 'two', mine: 'one' },
    ],
  ])('%s', (_what, move, after) => {
    expect(plain(moveLabel(before, move))).toEqual(after);
  });

  it.each([
    ['without saying where to or from', { label: 'mine' }, 'You must give MoveToVersionId'],
    ['off a version without naming it', { label: 'mine', to: 'two' }, "RemoveFromVersionId can't be empty"],
    ['off a version that does not have it', { label: 'mine', from: 'two', to: 'one' }, 'is not attached to version two'],
    ['off a version when nobody has it', { label: 'none', from: 'two' }, 'is not attached to version two'],
    ['AWSCURRENT to nowhere', { label: 'AWSCURRENT', from: 'two' }, "It can't be completely removed"],
  ])('does not move %s', (_what, move, message) => {
    expect(() => moveLabel(before, move)).toThrow(
      expect.objectContaining({ reason: 'InvalidParameterException', message: expect.stringContaining(message) }),
    );
  });
});

it('is written as the difference, which leads from one state to the other', () => {
  const versions = fc.constantFrom('one', 'two', 'three');
  const states = fc.dictionary(fc.constantFrom('AWSCURRENT', 'AWSPREVIOUS', 'a', 'b'), versions).map(labels);
  fc.assert(
    fc.property(states, states, (before, after) => {
      const { removed, set } = labelChanges(before, after);
      const reached = new Map(before);
      for (const label of removed) reached.delete(label);
      for (const { label, versionId } of set) reached.set(label, versionId);
      expect(plain(reached)).toEqual(plain(after));
      expect(set.every(({ label, versionId }) => before.get(label) !== versionId)).toBe(true);
    }),
  );
});

it('keeps a current version through any series of moves', () => {
  const version = fc.constantFrom('one', 'two', 'three');
  const moves = fc.array(
    fc.record(
      { label: fc.constantFrom('AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING', 'mine'), from: version, to: version },
      { requiredKeys: ['label'] },
    ),
  );
  fc.assert(
    fc.property(moves, (series) => {
      let state: ReadonlyMap<string, string> = labels({ AWSCURRENT: 'one' });
      for (const move of series) {
        try {
          state = moveLabel(state, move);
        } catch {
          continue;
        }
        expect(state.has('AWSCURRENT')).toBe(true);
      }
      expect([...labelsByVersion(state).values()].flat().sort()).toEqual([...state.keys()].sort());
    }),
  );
});
