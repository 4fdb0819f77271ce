import { contextOf } from './context';
import { Pattern, PatternSyntaxError } from './pattern';

const context = contextOf({
  'aws:username': 'alice',
  'aws:PrincipalTag/Team': 'a*c',
  'aws:PrincipalTag/My Team': 'blue',
  'aws:TagKeys': ['one'],
  'aws:empty': [],
  'aws:blank': '',
  'aws:PrincipalTag/Loud': 'DEF',
});
const match = (pattern: string, text: string, ignoreCase = false) =>
  new Pattern(pattern, { wildcards: true, variables: true, ignoreCase }).matches(text, context);

it.each([
  ['home/${aws:username}/*', 'home/alice/x', true],
  ['home/${aws:username}/*', 'home/bob/x', false],
  ['${AWS:UserName}', 'alice', true],
  ['${aws:PrincipalTag/team}', 'a*c', true],
  ['${aws:PrincipalTag/My Team}', 'blue', true],
  ["${aws:absent, 'nobody'}", 'nobody', true],
  ["${aws:absent,'nobody'}", 'nobody', true],
  ["${aws:username, 'nobody'}", 'nobody', false],
  ["${aws:empty, 'nobody'}", 'nobody', true],
  ["x${aws:blank, 'nobody'}", 'x', true],
  ["${aws:absent, ''}x", 'x', true],
  ['${*}', '*', true],
  ['${*}', 'x', false],
  ['${?}${$}{', '?${', true],
  ['$', '$', true],
])('%p against %p: %p', (pattern, text, expected) => {
  expect(match(pattern, text)).toBe(expected);
});

it('takes the value of a variable literally', () => {
  expect(match('${aws:PrincipalTag/Team}', 'abc')).toBe(false);
});

it.each(['${aws:absent}', '${aws:TagKeys}', "${aws:TagKeys, 'x'}", 'a/${aws:absent}/*'])(
  'cannot tell where %p has no single value',
  (pattern) => {
    expect(match(pattern, 'one')).toBeUndefined();
  },
);

it('leaves variables and wildcards alone where they mean nothing', () => {
  const literal = new Pattern('${aws:username}*?', { wildcards: false, variables: false });
  expect(literal.exact).toBe('${aws:username}*?');
  expect(literal.matches('${aws:username}*?', context)).toBe(true);
  expect(literal.matches('alicexy', context)).toBe(false);
});

it('ignores case in texts, values and defaults', () => {
  expect(match("ABC-${aws:absent, 'DEF'}", 'abc-def', true)).toBe(true);
  expect(match('ABC-${aws:PrincipalTag/Loud}', 'abc-def', true)).toBe(true);
});

it.each(['${', '${aws:username', '${}', '${username}', "${aws:x, 'y}", '${aws:x, y}', '${aws:x,}', '${**}'])(
  'refuses %p',
  (pattern) => {
    expect(() => match(pattern, '')).toThrow(PatternSyntaxError);
  },
);
