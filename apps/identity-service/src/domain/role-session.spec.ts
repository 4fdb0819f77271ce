import { checkSessionDuration, inheritTags, parseSessionRequest } from './role-session';
import type { Session } from './store.port';

const request = { roleSessionName: 'job', policy: '', policyArns: [], tags: [], transitiveTagKeys: [], externalId: '' };
const reason = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

it.each([
  [{}, 'none'],
  [{ roleSessionName: 'ab' }, 'none'],
  [{ roleSessionName: 'a'.repeat(64) }, 'none'],
  [{ roleSessionName: 'a'.repeat(65) }, 'ValidationError'],
  [{ roleSessionName: 'a+b' }, 'none'],
  [{ roleSessionName: 'a b' }, 'ValidationError'],
  [{ externalId: 'x'.repeat(1_224) }, 'none'],
  [{ externalId: 'x'.repeat(1_225) }, 'ValidationError'],
  [{ externalId: 'x' }, 'ValidationError'],
  [{ durationSeconds: 900 }, 'none'],
  [{ durationSeconds: 899 }, 'ValidationError'],
  [{ durationSeconds: 43_200 }, 'none'],
  [{ durationSeconds: 43_201 }, 'ValidationError'],
  [{ policyArns: Array(10).fill('arn:aws:iam::aws:policy/A') as string[] }, 'none'],
  [{ policyArns: Array(11).fill('arn:aws:iam::aws:policy/A') as string[] }, 'ValidationError'],
  [{ policyArns: ['arn:aws:iam::aws:role/A'] }, 'ValidationError'],
])('%j: %s', (change, expected) => {
  expect(reason(() => parseSessionRequest({ ...request, ...change }))).toBe(expected);
});

it.each([
  [undefined, 43_200, false, 3_600],
  [43_200, 43_200, false, 43_200],
  [3_601, 3_600, false, 'ValidationError'],
  [3_600, 43_200, true, 3_600],
  [3_601, 43_200, true, 'ValidationError'],
  [undefined, 3_600, true, 3_600],
])('a session of %s seconds, with at most %i by the role, chained %s', (wanted, most, chained, expected) => {
  if (typeof expected === 'number') expect(checkSessionDuration(wanted, most, chained)).toBe(expected);
  else expect(reason(() => checkSessionDuration(wanted, most, chained))).toBe(expected);
});

describe('tags along a chain', () => {
  const before = {
    tags: [
      { key: 'Cost', value: '7' },
      { key: 'Team', value: 'a' },
    ],
    transitiveTagKeys: ['cost'],
  } as Partial<Session> as Session;
  const wanting = (...tags: { key: string; value: string }[]) => parseSessionRequest({ ...request, tags });

  it('come along when they are transitive, and stay so', () => {
    expect(inheritTags(before, wanting({ key: 'Extra', value: 'e' }))).toEqual({
      all: [
        { key: 'Cost', value: '7' },
        { key: 'Extra', value: 'e' },
      ],
      transitiveKeys: ['Cost'],
    });
    expect(inheritTags(undefined, wanting())).toEqual({ all: [], transitiveKeys: [] });
  });

  it('are not changed on the way', () => {
    expect(reason(() => inheritTags(before, wanting({ key: 'COST', value: '8' })))).toBe('InvalidParameterValue');
    expect(reason(() => inheritTags(before, wanting({ key: 'team', value: 'b' })))).toBe('none');
  });
});
