import { readResumeToken, writeResumeToken } from './resume-token';

it.each([
  { seen: 0, missing: [] },
  { seen: 12, missing: [3, 11] },
  { seen: 999_999_999_999_999, missing: Array.from({ length: 16 }, (_, n) => n + 1) },
])('comes back as it was: %j', (position) => {
  for (const resumption of [{ position }, { position, rights: 'abc_DEF-123' }])
    expect(readResumeToken(writeResumeToken(resumption), 'T')).toEqual(resumption);
});

it('goes back before what is missing, if that is much', () => {
  const missing = Array.from({ length: 17 }, (_, n) => n + 100);
  expect(readResumeToken(writeResumeToken({ position: { seen: 1_000, missing } }), 'T')).toEqual({
    position: { seen: 99, missing: [] },
  });
});

it('may be absent', () => expect(readResumeToken('', 'T')).toBeUndefined());

it.each(['p', 'p-1', 'x1', 'p1-', 'p1234567890123456', `p1${'-1'.repeat(17)}`, 'p1 ', 'p1.', 'p1.short'])('refuses %j', (token) =>
  expect(() => readResumeToken(token, 'Add[0].ResumeToken')).toThrow('Add[0].ResumeToken is not a token of WatchSecrets.'),
);
