import { passes, readFilterPolicy } from './filter-policy';
import type { TopicMessage } from './topic-message';

const message = (attributes: TopicMessage['attributes'], text = '{}') => ({ attributes, text });
const kind = (value: string) => message({ kind: { type: 'String', value } });
const onAttributes = (policy: object) =>
  ({ filterPolicy: JSON.stringify(policy), filterPolicyScope: 'MessageAttributes' }) as const;
const onBody = (policy: object) => ({ filterPolicy: JSON.stringify(policy), filterPolicyScope: 'MessageBody' }) as const;

it('lets everything through without a policy', () => {
  expect(passes({ filterPolicy: '', filterPolicyScope: 'MessageAttributes' }, kind('x'))).toBe(true);
});

it.each([
  [{ kind: ['a', 'b'] }, kind('b'), true],
  [{ kind: ['a', 'b'] }, kind('c'), false],
  [{ kind: ['a'] }, message({}), false],
  [{ kind: [{ 'anything-but': ['a'] }] }, kind('b'), true],
  [{ kind: [{ prefix: 'Del' }], other: [{ exists: false }] }, kind('DeleteSecret'), true],
  [{ n: [{ numeric: ['>', 5, '<=', 10] }] }, message({ n: { type: 'Number', value: '7' } }), true],
  [{ n: [{ numeric: ['>', 5, '<=', 10] }] }, message({ n: { type: 'Number', value: '5' } }), false],
  [{ list: ['b'] }, message({ list: { type: 'String.Array', value: '["a","b"]' } }), true],
  // Policies do not see what is binary.
  [{ bytes: [{ exists: true }] }, message({ bytes: { type: 'Binary', value: 'AAA=' } }), false],
  [{ $or: [{ kind: ['a'] }, { other: ['b'] }] }, message({ other: { type: 'String', value: 'b' } }), true],
])('lets %j see the attributes of a message', (policy, seen, expected) => {
  expect(passes(onAttributes(policy), seen)).toBe(expected);
});

it.each([
  ['{"detail":{"eventName":"DeleteSecret"}}', true],
  ['{"detail":{"eventName":"GetSecretValue"}}', false],
  ['{"detail":"DeleteSecret"}', false],
  ['["DeleteSecret"]', false],
  ['not JSON', false],
])('lets a policy see the body %s', (text, expected) => {
  expect(passes(onBody({ detail: { eventName: ['DeleteSecret'] } }), message({}, text))).toBe(expected);
});

it.each([
  [{ detail: { eventName: ['x'] } }, 'FilterPolicy Reason: "detail" must be an array'],
  [{ a: ['1'], b: ['1'], c: ['1'], d: ['1'], e: ['1'], f: ['1'] }, 'at most 5 fields'],
  [{ a: [{ unheard: 'of' }] }, 'unknown match type'],
  [{}, 'must not be an empty object'],
])('refuses %j for attributes', (policy, problem) => {
  expect(() => readFilterPolicy(JSON.stringify(policy), 'MessageAttributes')).toThrow(problem);
});

it('refuses what is no JSON', () => {
  expect(() => readFilterPolicy('{', 'MessageBody')).toThrow('Invalid parameter: FilterPolicy');
});
