import { readNextToken, writeNextToken } from './next-token';

const token = writeNextToken(['b', '17'], 'question');
const refusal = expect.objectContaining({ reason: 'InvalidNextTokenException' });
const encoded = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

it('reads what it wrote, and nothing for the first page', () => {
  expect(readNextToken(token, 'question', 2)).toEqual(['b', '17']);
  expect(readNextToken('', 'question', 2)).toBeUndefined();
});

it('keeps the form that tokens had', () => {
  expect(token).toBe(encoded([1, 'question', 'b', '17']));
});

it.each<[string, string]>([
  ['of another question', writeNextToken(['b', '17'], 'other')],
  ['of another length', writeNextToken(['b'], 'question')],
  ['of another version', encoded([2, 'question', 'b', '17'])],
  ['with a number', encoded([1, 'question', 'b', 17])],
  ['that is no list', encoded({ length: 4 })],
  ['that is no JSON', encoded('x')],
  ['with other characters', `${token}=`],
  ['that is too long', writeNextToken(['b', 'x'.repeat(4_096)], 'question')],
])('refuses a token %s', (_, wrong) => {
  expect(() => readNextToken(wrong, 'question', 2)).toThrow(refusal);
});
