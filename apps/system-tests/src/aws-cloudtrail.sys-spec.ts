import {
  InvalidLookupAttributesException,
  InvalidMaxResultsException,
  InvalidNextTokenException,
  InvalidTimeRangeException,
  type LookupAttributeKey,
  LookupEventsCommand,
  type LookupEventsCommandInput,
  paginateLookupEvents,
} from '@aws-sdk/client-cloudtrail';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { eventually } from '@strongroom/testing';
import { Aws, errorOf } from './support/aws';
import { System, unique } from './support/system';

let system: System;
let aws: Aws;

beforeAll(async () => {
  system = await System.shared();
  aws = new Aws(system.cluster, system.cluster.adminCredentials);
});
afterAll(async () => {
  aws?.close();
  await system?.stop();
});

const lookup = async (AttributeKey: LookupAttributeKey, AttributeValue: string) =>
  (await aws.cloudTrail.send(new LookupEventsCommand({ LookupAttributes: [{ AttributeKey, AttributeValue }] }))).Events!;

it('finds a call by each attribute, and has its record', async () => {
  const Name = unique('cloudtrail');
  const { ARN } = await aws.secrets.send(new CreateSecretCommand({ Name, SecretString: 'never in the trail' }));
  await aws.secrets.send(new GetSecretValueCommand({ SecretId: Name }));
  const events = await eventually('both events are found', async () => {
    const found = await lookup('ResourceName', ARN!);
    return found.length === 2 && found;
  });
  expect(events.map(({ EventName }) => EventName)).toEqual(['GetSecretValue', 'CreateSecret']);
  const { accessKeyId } = system.cluster.adminCredentials;
  const record = JSON.parse(events[0]!.CloudTrailEvent!) as Record<string, unknown>;
  expect(record).toMatchObject({
    eventVersion: '1.11',
    eventID: events[0]!.EventId,
    userIdentity: { accessKeyId },
    eventSource: 'secretsmanager.amazonaws.com',
    requestParameters: { secretId: Name },
    responseElements: null,
    eventType: 'AwsApiCall',
    readOnly: true,
  });
  expect(events[0]!.CloudTrailEvent).not.toContain('never in the trail');
  expect(events[0]).toMatchObject({ ReadOnly: 'true', AccessKeyId: accessKeyId, EventSource: 'secretsmanager.amazonaws.com' });
  expect(events[0]!.Resources).toContainEqual({ ResourceType: 'AWS::SecretsManager::Secret', ResourceName: ARN });

  const created = events[1]!;
  for (const [key, value] of [
    ['EventId', created.EventId!],
    ['EventName', 'CreateSecret'],
    ['ReadOnly', 'false'],
    ['Username', created.Username!],
    ['ResourceType', 'AWS::SecretsManager::Secret'],
    ['ResourceName', Name],
    ['EventSource', 'secretsmanager.amazonaws.com'],
    ['AccessKeyId', accessKeyId],
  ] as const) {
    expect((await lookup(key, value)).map(({ EventId }) => EventId)).toContain(created.EventId);
  }
  expect(await lookup('EventId', created.EventId!)).toHaveLength(1);
});

it('pages as AWS does', async () => {
  const StartTime = new Date(Date.now() - 3_600_000);
  const seen: string[] = [];
  for await (const { Events } of paginateLookupEvents(
    { client: aws.cloudTrail, pageSize: 2 },
    { StartTime, EndTime: new Date() },
  )) {
    seen.push(...Events!.map(({ EventId }) => EventId!));
    if (seen.length >= 6) break;
  }
  expect(seen).toHaveLength(new Set(seen).size);
  expect(seen.length).toBeGreaterThanOrEqual(2);
});

it("refuses with CloudTrail's errors", async () => {
  const refusal = (input: LookupEventsCommandInput) => errorOf(aws.cloudTrail.send(new LookupEventsCommand(input)));
  expect(await refusal({ LookupAttributes: [{ AttributeKey: 'ReadOnly', AttributeValue: 'yes' }] })).toBeInstanceOf(
    InvalidLookupAttributesException,
  );
  expect(await refusal({ MaxResults: 51 })).toBeInstanceOf(InvalidMaxResultsException);
  expect(await refusal({ NextToken: 'none' })).toBeInstanceOf(InvalidNextTokenException);
  expect(await refusal({ StartTime: new Date(2_000), EndTime: new Date(1_000) })).toBeInstanceOf(InvalidTimeRangeException);
});
