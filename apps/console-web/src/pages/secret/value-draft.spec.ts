import { changesOf, mergeDraft, shapeOf } from './value-draft';

it.each([
  [undefined, 'binary'],
  ['open sesame', 'text'],
  ['[1]', 'text'],
  ['{"a":1}', 'fields'],
])('sees the shape of %p', (text, shape) => expect(shapeOf(text)).toBe(shape));

it('tells what saving changes', () => {
  expect(changesOf('{"a":"1","b":"2"}', '{"a":"1","b":"3","c":"4"}')).toEqual([
    { key: 'b', change: 'changed' },
    { key: 'c', change: 'added' },
  ]);
  expect(changesOf('x', 'x')).toEqual([]);
  expect(changesOf(undefined, '{"a":"1"}')).toEqual([{ key: 'a', change: 'added' }]);
  expect(changesOf(undefined, 'x')).toEqual([{ key: '', change: 'added' }]);
});

it('keeps what others changed, and brings in what the draft changes', () => {
  const base = '{"user":"app","password":"old","port":1,"gone":"x"}';
  const draft = '{"user":"app","password":"mine","port":12345678901234567890}';
  const theirs = '{"user":"theirs","password":"old","port":1,"gone":"x","host":"db"}';
  expect(mergeDraft(base, draft, theirs)).toEqual({
    text: '{"user":"theirs","password":"mine","port":12345678901234567890,"host":"db"}',
    contested: [],
  });
});

it('names what both changed', () => {
  expect(mergeDraft('{"a":"1"}', '{"a":"2"}', '{"a":"3"}')).toEqual({ text: '{"a":"2"}', contested: ['a'] });
  expect(mergeDraft('{"a":"1"}', '{"a":"2"}', '{"a":"2"}')).toEqual({ text: '{"a":"2"}', contested: [] });
  expect(mergeDraft('{"a":"1"}', '{"a":"$&"}', '{}')).toEqual({ text: '{"a": "$&"}', contested: ['a'] });
  expect(mergeDraft('{"a":"1"}', 'text', '{}')).toBeUndefined();
});
