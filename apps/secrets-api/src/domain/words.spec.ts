import fc from 'fast-check';
import { Words, wordsOf } from './words';

const have = (text: string, value: string): boolean => {
  const words = new Words([text]);
  return wordsOf(value).every((word) => words.haveOneThatBegins(word));
};

it.each([
  ['an secret', 'a secret', true],
  ['asecret', 'a secret', false],
  ['one two', 'two one', true],
  ['one and two', 'one two', true],
  ['one', 'one two', false],
  ['One TWO', 'oNe tw', true],
  ['prod/db_main', 'main db', true],
  ['myTest', 'test', true],
  ['mytest', 'test', false],
  ['Überfall', 'über', true],
  ['überall', 'berall', false],
  ['a b', 'a b c', false],
  ['x', '', true],
])('%j and %j: %p', (text, value, expected) => expect(have(text, value)).toBe(expected));

it('finds what a look at every word of the text finds', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'ab', ' ', '-', '1', 'ä'), { maxLength: 20 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, texts, (text, value) => {
      const slowly = wordsOf(value).every((word) => wordsOf(text).some((other) => other.startsWith(word)));
      expect(have(text, value)).toBe(slowly);
    }),
  );
});

it('is quick with the longest texts that a secret can have', () => {
  const words = new Words(['a '.repeat(1_024), ...Array.from({ length: 50 }, () => 'b '.repeat(192))]);
  for (let n = 0; n < 10_000; n++) expect(words.haveOneThatBegins(`c${n}`)).toBe(false);
});
