import { Event, type EventFilter } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { fromFields, toFields } from '../model/message';
import type { Structure } from '../model/shapes';
import { problemsOf } from '../model/validation';
import { cloudTrail } from './cloudtrail';

const lookup = cloudTrail.get('LookupEvents')!;
const by = (AttributeKey: string, AttributeValue: string) => ({ LookupAttributes: [{ AttributeKey, AttributeValue }] });

it.each<[string, string, Partial<EventFilter>]>([
  ['EventId', 'id', { eventId: 'id' }],
  ['EventName', 'GetSecretValue', { eventName: 'GetSecretValue' }],
  ['ReadOnly', 'false', { readOnly: false }],
  ['ReadOnly', 'true', { readOnly: true }],
  ['Username', 'ada', { userName: 'ada' }],
  ['ResourceType', 'AWS::KMS::Key', { resourceType: 'AWS::KMS::Key' }],
  ['ResourceName', 'prod/db', { resource: 'prod/db' }],
  ['EventSource', 'kms.amazonaws.com', { eventSource: 'kms.amazonaws.com' }],
  ['AccessKeyId', 'AKIA', { accessKeyId: 'AKIA' }],
])('looks up by %s %s', (key, value, filter) => {
  const input = by(key, value);
  expect(problemsOf(lookup.input, input)).toBeUndefined();
  expect(lookup.check!(input)).toBeUndefined();
  expect(lookup.toRequest!(toFields(lookup.input, input))).toEqual({
    filter: { startTime: undefined, endTime: undefined, ...filter },
    maxResults: 50,
    nextToken: '',
  });
});

it('passes on times, the size of a page and where it begins', () => {
  const [StartTime, EndTime] = [new Date(1_000), new Date(2_000)];
  const fields = toFields(lookup.input, { StartTime, EndTime, MaxResults: 7, NextToken: 'n' });
  expect(lookup.toRequest!(fields)).toEqual({
    filter: { startTime: StartTime, endTime: EndTime },
    maxResults: 7,
    nextToken: 'n',
  });
});

it.each<[string, Structure, string]>([
  [
    'two attributes',
    { LookupAttributes: [...by('EventId', 'a').LookupAttributes, ...by('EventId', 'b').LookupAttributes] },
    'InvalidLookupAttributesException',
  ],
  ['a value that ReadOnly does not have', by('ReadOnly', 'yes'), 'InvalidLookupAttributesException'],
  ['no results', { MaxResults: 0 }, 'InvalidMaxResultsException'],
  ['too many results', { MaxResults: 51 }, 'InvalidMaxResultsException'],
  ['a range that ends before it begins', { StartTime: new Date(2), EndTime: new Date(1) }, 'InvalidTimeRangeException'],
  ['a time after the last', { EndTime: new Date(8.64e15) }, 'InvalidTimeRangeException'],
  ['a category without events', { EventCategory: 'insight' }, 'InvalidEventCategoryException'],
])('refuses %s', (_, input, code) => {
  expect(problemsOf(lookup.input, input)).toBeUndefined();
  expect(lookup.check!(input)).toMatchObject({ code, status: 400 });
});

it.each<[string, Structure]>([
  ['an attribute that there is not', by('Region', 'x')],
  ['an empty value', by('EventId', '')],
  ['a long value', by('EventId', 'x'.repeat(2_001))],
  ['an attribute without a value', { LookupAttributes: [{ AttributeKey: 'EventId' }] }],
  ['a category that there is not', { EventCategory: 'data' }],
])('finds fault with %s', (_, input) => {
  expect(problemsOf(lookup.input, input)).toContain('failed to satisfy constraint');
});

it('answers as CloudTrail does, with the record in full', () => {
  const event = Event.fromPartial({
    eventId: 'id',
    eventTime: new Date(1_000),
    eventName: 'AssumeRole',
    eventSource: 'sts.amazonaws.com',
    readOnly: true,
    userIdentity: { type: 'AssumedRole', principalId: 'AROA:night', accessKeyId: 'ASIA' },
    resources: [{ arn: 'arn:aws:iam::000000000000:role/app', type: 'AWS::IAM::Role' }],
    sourceIpAddress: '192.0.2.7',
  });
  const message = lookup.fromResponse!({ events: [event], nextToken: 'n' }, {});
  const { Events, NextToken } = fromFields(lookup.output, message) as unknown as {
    Events: Record<string, unknown>[];
    NextToken: string;
  };
  expect(NextToken).toBe('n');
  const [{ CloudTrailEvent, ...seen }] = Events as [Record<string, unknown>];
  expect(seen).toEqual({
    EventId: 'id',
    EventName: 'AssumeRole',
    ReadOnly: 'true',
    AccessKeyId: 'ASIA',
    EventTime: new Date(1_000),
    EventSource: 'sts.amazonaws.com',
    Username: 'night',
    Resources: [{ ResourceType: 'AWS::IAM::Role', ResourceName: 'arn:aws:iam::000000000000:role/app' }],
  });
  expect(JSON.parse(CloudTrailEvent as string)).toMatchObject({ eventVersion: '1.11', eventID: 'id', eventType: 'AwsApiCall' });
});
