import { cloudTrailRecord, userNameOf } from '@strongroom/cloudtrail-record';
import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { auditService } from '@strongroom/methods';
import { AwsError } from '../aws-error';
import type { Fields } from '../model/message';
import { integer, list, required, type Structure, structure, text, timestamp } from '../model/shapes';
import { operationsOf, type Operations } from './operation';

const of = operationsOf<typeof auditService>('audit');

const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');
/** AWS's default and its most. */
const MAX_RESULTS = 50;

/** CloudTrail's attributes, as conditions of our filter. */
const conditions: Readonly<Record<string, (value: string) => Fields>> = {
  EventId: (eventId) => ({ eventId }),
  EventName: (eventName) => ({ eventName }),
  ReadOnly: (value) => ({ readOnly: value === 'true' }),
  Username: (userName) => ({ userName }),
  ResourceType: (resourceType) => ({ resourceType }),
  ResourceName: (resource) => ({ resource }),
  EventSource: (eventSource) => ({ eventSource }),
  AccessKeyId: (accessKeyId) => ({ accessKeyId }),
};

interface Attribute {
  AttributeKey: string;
  AttributeValue: string;
}

/** What AWS refuses by errors of its own. */
const check = ({ LookupAttributes, StartTime, EndTime, EventCategory, MaxResults }: Structure): AwsError | undefined => {
  const attributes = (LookupAttributes ?? []) as unknown as Attribute[];
  if (attributes.length > 1)
    return new AwsError('InvalidLookupAttributesException', 'LookupAttributes must have at most one attribute.');
  const [attribute] = attributes;
  if (attribute?.AttributeKey === 'ReadOnly' && !['true', 'false'].includes(attribute.AttributeValue))
    return new AwsError('InvalidLookupAttributesException', 'The value of the attribute ReadOnly must be true or false.');
  if (MaxResults !== undefined && ((MaxResults as number) < 1 || (MaxResults as number) > MAX_RESULTS))
    return new AwsError('InvalidMaxResultsException', `MaxResults must be from 1 to ${MAX_RESULTS}.`);
  const times = [StartTime, EndTime].filter((time) => time !== undefined) as Date[];
  if (times.some((time) => time.getTime() < EARLIEST || time.getTime() > LATEST))
    return new AwsError('InvalidTimeRangeException', 'StartTime and EndTime must be from the year 1 to the year 9999.');
  if (StartTime !== undefined && EndTime !== undefined && (StartTime as Date) > (EndTime as Date))
    return new AwsError('InvalidTimeRangeException', 'StartTime must not be after EndTime.');
  if (EventCategory !== undefined)
    return new AwsError('InvalidEventCategoryException', 'EventCategory must be absent: the trail has management events alone.');
  return undefined;
};

const toRequest = ({ lookupAttributes = [], startTime, endTime, maxResults, nextToken }: Fields): Fields => ({
  filter: {
    startTime,
    endTime,
    ...(lookupAttributes as { attributeKey: string; attributeValue: string }[])
      .map(({ attributeKey, attributeValue }) => conditions[attributeKey]?.(attributeValue))
      .at(0),
  },
  maxResults: maxResults ?? MAX_RESULTS,
  nextToken: nextToken ?? '',
});

const eventOf = (event: Event): Fields => ({
  eventId: event.eventId,
  eventName: event.eventName,
  readOnly: String(event.readOnly),
  accessKeyId: event.userIdentity?.accessKeyId ?? '',
  eventTime: event.eventTime,
  eventSource: event.eventSource,
  username: event.userIdentity ? userNameOf(event.userIdentity) : '',
  resources: event.resources.map(({ arn, type }) => ({ resourceType: type, resourceName: arn })),
  cloudTrailEvent: JSON.stringify(cloudTrailRecord(event)),
});

/** AWS CloudTrail, 2013-11-01: what reads the trail. The trail itself is always on, and nobody can change it. */
export const cloudTrail: Operations = new Map(
  Object.entries({
    LookupEvents: of(
      'lookupEvents',
      {
        LookupAttributes: list(
          structure({
            AttributeKey: required(text({ values: Object.keys(conditions) })),
            AttributeValue: required(text({ min: 1, max: 2_000 })),
          }),
        ),
        StartTime: timestamp,
        EndTime: timestamp,
        EventCategory: text({ values: ['insight'] }),
        MaxResults: integer(),
        NextToken: text(),
      },
      {
        Events: required(
          list(
            structure({
              EventId: text(),
              EventName: text(),
              ReadOnly: text(),
              AccessKeyId: text(),
              EventTime: timestamp,
              EventSource: text(),
              Username: text(),
              Resources: required(list(structure({ ResourceType: text(), ResourceName: text() }))),
              CloudTrailEvent: text(),
            }),
          ),
        ),
        NextToken: text(),
      },
      {
        check,
        toRequest,
        fromResponse: ({ events, nextToken }) => ({ events: (events as Event[]).map(eventOf), nextToken }),
      },
    ),
  }),
);
