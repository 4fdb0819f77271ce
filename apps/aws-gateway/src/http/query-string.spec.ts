import { parseParameters } from './query-string';

it('decodes parameters in their order', () => {
  expect(parseParameters('a=1&&b&c=x%20y+z&a=%C3%A4=')).toEqual({
    parameters: [
      ['a', '1'],
      ['b', ''],
      ['c', 'x y z'],
      ['a', 'ä='],
    ],
  });
  expect(parseParameters('')).toEqual({ parameters: [] });
});

it.each(['%', 'a=%f', '%ff=1', 'a=1&b=%c3'])('says that %s is not well-formed', (text) => {
  expect(parseParameters(text)).toEqual({ problem: 'is not well-formed' });
});

it('reads no more parameters than a request may have, empty ones among them', () => {
  expect(parseParameters('a&'.repeat(1_000))).toMatchObject({ parameters: { length: 1_000 } });
  for (const text of ['a&'.repeat(1_001), '&'.repeat(1 << 20)]) {
    expect(parseParameters(text).problem).toMatch(/^must have at most 1000 parameters$|^is not well-formed$/);
  }
});
