import fc from 'fast-check';
import { instantIn, readPageToken, rowIdIn, writePageToken } from './page-token';

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

it.each([
  '',
  '2026',
  '+275760-09-13T00:00:00.000Z',
  '-000001-01-01T00:00:00.000Z',
  '2026-02-30T00:00:00.000Z',
  '\0',
  '2026-03-10T12:00:00Z',
])('has no instant %j in it', (key) => {
  expect(() => instantIn(key)).toThrow(expect.objectContaining({ reason: 'InvalidNextTokenException' }));
});

it('has instants to the millisecond, and ids of rows', () => {
  expect(instantIn('2026-03-10T12:00:00.123Z')).toEqual(new Date('2026-03-10T12:00:00.123Z'));
  expect(rowIdIn('9223372036854775807')).toBe('9223372036854775807');
  for (const id of ['', '-1', '1e3', '12345678901234567890', "1'"]) {
    expect(() => rowIdIn(id)).toThrow(expect.objectContaining({ reason: 'InvalidNextTokenException' }));
  }
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
