import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  InvalidEventPatternException,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceNotFoundException,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { StrongroomClient } from '@strongroom/client';
import { eventually } from '@strongroom/testing';
import { Webhook } from 'standardwebhooks';
import { Aws, errorOf } from './support/aws';
import { System, unique } from './support/system';

interface Received {
  headers: Record<string, string>;
  body: string;
}

let system: System;
let aws: Aws;
let strongroom: StrongroomClient;
let receiver: Server;
const received: Received[] = [];

beforeAll(async () => {
  system = await System.shared();
  aws = new Aws(system.cluster, system.cluster.adminCredentials);
  const addresses = { notification: system.cluster.endpoint('notification-service') };
  strongroom = new StrongroomClient({ addresses, tls: system.cluster.adminCertificate });
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  receiver?.close();
  strongroom?.close();
  aws?.close();
  await system?.stop();
});

it('tells a webhook what happens to a secret, by a rule that the client of AWS has made', async () => {
  const name = unique('rule').replaceAll('/', '-');
  const SecretId = unique('events');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const { webhook, signingSecret } = await strongroom.webhooks.createWebhook({ name, url });
  expect(await strongroom.webhooks.testWebhook({ name })).toMatchObject({ delivered: true, httpStatus: 204 });

  const EventPattern = JSON.stringify({
    source: ['aws.secretsmanager'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: {
      eventName: ['CreateSecret', 'DeleteSecret'],
      requestParameters: { name: [{ prefix: SecretId }, { exists: false }] },
    },
  });
  const Tags = [{ Key: 'team', Value: 'blue' }];
  const { RuleArn } = await aws.events.send(new PutRuleCommand({ Name: name, EventPattern, Tags }));
  const target = { Id: 'hook', Arn: webhook!.arn };
  expect(await aws.events.send(new PutTargetsCommand({ Rule: name, Targets: [target] }))).toMatchObject({ FailedEntryCount: 0 });
  expect(await aws.events.send(new DescribeRuleCommand({ Name: name }))).toMatchObject({
    EventPattern,
    State: 'ENABLED',
    Arn: RuleArn,
  });
  expect((await aws.events.send(new ListTagsForResourceCommand({ ResourceARN: RuleArn }))).Tags).toEqual(Tags);
  expect((await aws.events.send(new ListTargetsByRuleCommand({ Rule: name }))).Targets).toEqual([target]);

  const { ARN } = await aws.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'never in a message' }));
  await aws.secrets.send(new DeleteSecretCommand({ SecretId }));
  const about = () =>
    received
      .map(({ headers, body }) => new Webhook(signingSecret).verify(body, headers) as { subject?: string; type: string })
      .filter(({ subject }) => subject === ARN);
  await eventually('both messages arrive', () => about().length === 2);
  expect(about().map(({ type }) => type)).toEqual(['aws.secretsmanager.CreateSecret', 'aws.secretsmanager.DeleteSecret']);
  expect(JSON.stringify(received)).not.toContain('never in a message');

  await aws.events.send(new RemoveTargetsCommand({ Rule: name, Ids: ['hook'] }));
  await aws.events.send(new DeleteRuleCommand({ Name: name }));
  await strongroom.webhooks.deleteWebhook({ name });
});

it("has EventBridge's errors", async () => {
  const { events } = aws;
  const put = (EventPattern: string) => errorOf(events.send(new PutRuleCommand({ Name: 'x', EventPattern })));
  expect(await put('{"source": "x"}')).toBeInstanceOf(InvalidEventPatternException);
  expect(await errorOf(events.send(new DescribeRuleCommand({ Name: 'nothing' })))).toBeInstanceOf(ResourceNotFoundException);
  const scheduled = events.send(new PutRuleCommand({ Name: 'x', ScheduleExpression: 'rate(1 day)' }));
  expect(await errorOf(scheduled)).toMatchObject({ name: 'ValidationException' });
  const Event = '{"id":"1","account":"1","source":"a","time":"t","region":"r","resources":[],"detail-type":"x"}';
  const answer = await events.send(new TestEventPatternCommand({ EventPattern: '{"source": [{"prefix": "a"}]}', Event }));
  expect(answer.Result).toBe(true);
});
