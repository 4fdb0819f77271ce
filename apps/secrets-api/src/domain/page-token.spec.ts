import fc from 'fast-check';
import { readPageToken, writePageToken } from './page-token';

it('leads back to its position', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (key, id, question) => {
      fc.pre(
        Buffer.from(key).toString() === key && Buffer.from(id).toString() === id && Buffer.from(question).toString() === question,
      );
      expect(readPageToken(writePageToken({ key, id }, question), question)).toEqual({ key, id });
    }),
  );
});

it('is none for the first page', () => {
  expect(readPageToken('', 'question')).toBeUndefined();
});

it('does not go on with another question', () => {
  const token = writePageToken({ key: 'a', id: '1' }, 'one question');
  expect(() => readPageToken(token, 'another')).toThrow(
    expect.objectContaining({ reason: 'InvalidNextTokenException', message: expect.stringContaining('other parameters') }),
  );
});

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
it.each([
  ['made up', 'made up'],
  ['no JSON', Buffer.from('{').toString('base64url')],
  ['no list', encoded({})],
  ['too short', encoded([1, 'question', 'a'])],
  ['of another version', encoded([2, 'question', 'a', '1'])],
  ['of other types', encoded([1, 'question', 1, '1'])],
  ['too long', 'a'.repeat(4_097)],
])('is refused when %s', (_what, token) => {
  expect(() => readPageToken(token, 'question')).toThrow(expect.objectContaining({ reason: 'InvalidNextTokenException' }));
});
