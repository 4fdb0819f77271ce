import { codeSamples } from './code-samples';

it('names the secret in every language', () => {
  for (const { code } of codeSamples('prod/db@2+x=y')) expect(code).toContain('prod/db@2+x=y');
});

it.each(['a"b', "a'b", 'a b', '$(id)', 'a\nb', 'a`b`'])('makes no code of %p', (name) => {
  expect(() => codeSamples(name)).toThrow(RangeError);
});
