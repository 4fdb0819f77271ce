import { compilePattern } from '@strongroom/event-pattern';
import { PATTERN_EXAMPLES, readablePattern } from './pattern-examples';

it.each(PATTERN_EXAMPLES.map(({ label, pattern }) => [label, pattern]))('offers a pattern that compiles: %s', (_, pattern) => {
  expect(() => compilePattern(JSON.stringify(pattern))).not.toThrow();
});

it('lays a pattern out, and leaves alone what is no JSON', () => {
  expect(readablePattern('{"source":["aws.kms"]}')).toBe('{\n  "source": [\n    "aws.kms"\n  ]\n}');
  expect(readablePattern('{"source":')).toBe('{"source":');
});
