import { effectOfLabels, incompleteVersion, isUnderWay, type RotationRequest, stateByLabels } from './rotation';

const labels = (entries: Record<string, string>) => new Map(Object.entries(entries));
const request = (fields: Partial<RotationRequest> = {}): RotationRequest => ({
  token: 'new',
  kind: 'rotate',
  state: 'open',
  functionArn: 'arn',
  attempt: 1,
  requestedAt: new Date(0),
  initiatedBy: '',
  rotationToken: '',
  ...fields,
});
const DURING = labels({ AWSCURRENT: 'old', AWSPENDING: 'new' });

describe('what new labels mean for a rotation under way', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['nothing moves', { AWSCURRENT: 'old', AWSPENDING: 'new' }, undefined],
    ['another label', { AWSCURRENT: 'old', AWSPENDING: 'new', MINE: 'old' }, undefined],
    ['its version becomes current', { AWSCURRENT: 'new', AWSPENDING: 'new' }, 'complete'],
    ['its version becomes current, and is no longer pending', { AWSCURRENT: 'new' }, 'complete'],
    ['another one becomes current', { AWSCURRENT: 'hand', AWSPENDING: 'new' }, 'abandoned'],
    ['another one becomes pending', { AWSCURRENT: 'old', AWSPENDING: 'hand' }, 'abandoned'],
    ['none is pending', { AWSCURRENT: 'old' }, 'abandoned'],
  ])('%s', (_, after, effect) => {
    expect(effectOfLabels(request(), DURING, labels(after))).toBe(effect);
  });

  it('the copy of a test never completes anything by becoming current', () => {
    const after = labels({ AWSCURRENT: 'new', AWSPENDING: 'new' });
    expect(effectOfLabels(request({ kind: 'test' }), DURING, after)).toBe('abandoned');
  });
});

it('a failed rotation may still succeed, a failed test is over', () => {
  expect(isUnderWay(request({ state: 'failed' }))).toBe(true);
  expect(isUnderWay(request({ state: 'failed', kind: 'test' }))).toBe(false);
  for (const state of ['complete', 'abandoned'] as const) expect(isUnderWay(request({ state }))).toBe(false);
});

it('the last rotation is complete when AWSPENDING is absent or on AWSCURRENT', () => {
  expect(incompleteVersion(DURING)).toBe('new');
  expect(incompleteVersion(labels({ AWSCURRENT: 'new', AWSPENDING: 'new' }))).toBeUndefined();
  expect(incompleteVersion(labels({ AWSCURRENT: 'new' }))).toBeUndefined();
});

it('labels tell how a rotation ended of which nothing else is left', () => {
  expect(stateByLabels(labels({ AWSCURRENT: 'new' }), 'new')).toBe('complete');
  expect(stateByLabels(labels({ AWSCURRENT: 'newer', AWSPREVIOUS: 'new' }), 'new')).toBe('complete');
  expect(stateByLabels(DURING, 'new')).toBe('abandoned');
  expect(stateByLabels(labels({ AWSCURRENT: 'old' }), 'new')).toBe('abandoned');
});
