import { bridgeEvent } from './bridge-event';
import type { TargetSettings } from './rule';
import { inputOf, requireInput } from './target-input';
import { sampleEvent } from '../sample-event.testing';

const event = bridgeEvent({ ...sampleEvent(), sequence: 1, hash: Buffer.alloc(32) });
const rule = { name: 'r', arn: 'arn:aws:events:us-east-1:000000000000:rule/r' };
const none: TargetSettings = { id: 't', arn: 'a', input: '', inputPath: '', inputTransformer: undefined, roleArn: '' };
const made = (settings: Partial<TargetSettings>) => inputOf({ ...none, ...settings }, event, rule, new Date(0));
const template = (inputTemplate: string, inputPathsMap: Record<string, string> = {}) =>
  made({ inputTransformer: { inputTemplate, inputPathsMap } });

it('is the event, a text, or a part of the event', () => {
  expect(JSON.parse(made({}))).toMatchObject({ source: 'aws.secretsmanager', 'detail-type': 'AWS API Call via CloudTrail' });
  expect(made({ input: '{"a":1}' })).toBe('{"a":1}');
  expect(made({ inputPath: '$.detail.eventName' })).toBe('"GetSecretValue"');
  expect(made({ inputPath: "$.detail['requestParameters']" })).toBe('{"secretId":"prod/db"}');
  expect(made({ inputPath: '$.resources[0]' })).toContain('secret:prod/db-AbCdEf');
  expect(made({ inputPath: '$.detail.nothing.at.all' })).toBe('null');
});

it('is what a template makes of the event: JSON outside of quotes, text within', () => {
  const paths = { name: '$.detail.eventName', all: '$.detail.requestParameters', not: '$.x' };
  expect(template('{"n": <name>, "p": <all>, "x": <not>}', paths)).toBe(
    '{"n": "GetSecretValue", "p": {"secretId":"prod/db"}, "x": null}',
  );
  expect(template('"<name> of \\"<all>\\" by <aws.events.rule-name><not>"', paths)).toBe(
    '"GetSecretValue of \\"{\\"secretId\\":\\"prod/db\\"}\\" by r"',
  );
  expect(template('<aws.events.rule-arn>')).toBe(`"${rule.arn}"`);
});

it.each<[Partial<TargetSettings>, string]>([
  [{ input: '{}', inputPath: '$.a' }, 'Target t: only one of Input, InputPath and InputTransformer may be there.'],
  [{ input: '{' }, 'Target t: Input must be JSON.'],
  [{ inputPath: 'detail' }, 'Target t: InputPath must be a JSON path'],
  [{ inputPath: '$.a[*]' }, 'Target t: InputPath must be a JSON path'],
  [{ inputTransformer: { inputPathsMap: {}, inputTemplate: '' } }, 'Target t: InputTemplate must have 1 to 8192 characters.'],
  [{ inputTransformer: { inputPathsMap: {}, inputTemplate: '<a>' } }, 'Target t: InputPathsMap must have the path of <a>.'],
  [{ inputTransformer: { inputPathsMap: { awsx: '$' }, inputTemplate: 'x' } }, 'no name that begins with AWS'],
])('%j is refused', (settings, message) => expect(() => requireInput({ ...none, ...settings })).toThrow(message));
