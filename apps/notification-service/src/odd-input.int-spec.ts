import { oddRequests, tryOddInput, unsigned } from '@strongroom/testing';
import { ACCOUNT, REGION, startTestNotification, type TestNotification } from './server.testing';

type Api = ReturnType<TestNotification['as']>;
/** A request of each method, with each of its fields. */
type Examples<Part extends keyof Api> = { [Method in keyof Api[Part]]: object };

let service: TestNotification;
let api: Api;
beforeAll(async () => {
  service = await startTestNotification('odd-input');
  api = service.as();
  await api.rules.putRule({ name: 'odd', eventPattern });
  await api.topics.createTopic({ name: 'odd' });
  await api.alarms.putAlarm({ alarmName: 'odd', eventPattern, threshold: 1, period: 300, comparisonOperator: 1 });
  await api.webhooks.createWebhook({ name: 'odd', url: nowhere });
}, 60_000);
afterAll(() => service?.stop());

const eventPattern = '{"source":["aws.secretsmanager"],"detail":{"eventName":[{"prefix":"Delete"}]}}';
const nowhere = 'http://127.0.0.1:9/hook';
const ruleArn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/odd`;
const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:odd`;
const subscriptionArn = `${topicArn}:01890a5d-ac96-774b-bcce-b302099a8057`;
const tags = [{ key: 'Team', value: 'blue' }];
const page = { limit: 10, nextToken: 'b2Rk' };
const eventBusName = 'default';
const message = { message: 'odd', subject: 'odd', messageStructure: '' };
const attribute = { topicArn, attributeName: 'DisplayName', attributeValue: 'odd' };

const rules: Examples<'rules'> = {
  putRule: {
    name: 'new',
    eventPattern,
    state: 1,
    description: 'odd',
    roleArn: 'arn:aws:iam::000000000000:role/odd',
    tags,
    eventBusName,
  },
  describeRule: { name: 'odd', eventBusName },
  listRules: { namePrefix: 'o', eventBusName, ...page },
  enableRule: { name: 'odd', eventBusName },
  disableRule: { name: 'odd', eventBusName },
  deleteRule: { name: 'new', eventBusName, force: true },
  putTargets: {
    rule: 'odd',
    eventBusName,
    targets: [
      {
        ...{ id: 'odd', arn: topicArn, input: '', inputPath: '', roleArn: '' },
        inputTransformer: { inputPathsMap: { name: '$.detail.eventName' }, inputTemplate: '"<name>"' },
      },
    ],
  },
  removeTargets: { rule: 'odd', eventBusName, ids: ['odd'], force: true },
  listTargetsByRule: { rule: 'odd', eventBusName, ...page },
  listRuleNamesByTarget: { targetArn: topicArn, eventBusName, ...page },
  testEventPattern: { eventPattern, event: '{"source":"aws.secretsmanager","detail":{"eventName":"DeleteSecret"}}' },
  tagRule: { resourceArn: ruleArn, tags },
  untagRule: { resourceArn: ruleArn, tagKeys: ['Team'] },
  listRuleTags: { resourceArn: ruleArn },
  describeEventBus: { name: eventBusName },
};
const webhooks: Examples<'webhooks'> = {
  createWebhook: { name: 'new', url: nowhere, description: 'odd', caPem: '', enabled: true },
  describeWebhook: { name: 'odd' },
  listWebhooks: { maxResults: 10, nextToken: 'b2Rk' },
  updateWebhook: { name: 'odd', url: nowhere, enabled: true, description: 'odd', caPem: '' },
  rotateWebhookSecret: { name: 'odd' },
  deleteWebhook: { name: 'new' },
  testWebhook: { name: 'odd' },
};
const deliveries: Examples<'deliveries'> = {
  listDeliveries: { state: 1, maxResults: 10, nextToken: 'b2Rk' },
  redriveDelivery: { deliveryId: '1' },
};
const topics: Examples<'topics'> = {
  createTopic: { name: 'new', attributes: { DisplayName: 'odd' }, tags },
  deleteTopic: { topicArn: `${topicArn}-none` },
  listTopics: { nextToken: 'b2Rk' },
  getTopicAttributes: { topicArn },
  setTopicAttributes: attribute,
  subscribe: {
    ...{ topicArn, protocol: 'http', endpoint: nowhere, returnSubscriptionArn: true },
    attributes: { FilterPolicy: '{"kind":["a"]}', RawMessageDelivery: 'true' },
  },
  confirmSubscription: { topicArn, token: 'a'.repeat(108), authenticateOnUnsubscribe: 'true' },
  unsubscribe: { subscriptionArn },
  listSubscriptions: { nextToken: 'b2Rk' },
  listSubscriptionsByTopic: { topicArn, nextToken: 'b2Rk' },
  getSubscriptionAttributes: { subscriptionArn },
  setSubscriptionAttributes: { subscriptionArn, attributeName: 'FilterPolicy', attributeValue: '{"kind":["a"]}' },
  publish: { topicArn, ...message },
  publishBatch: { topicArn, publishBatchRequestEntries: [{ id: 'odd', ...message }] },
  tagTopic: { resourceArn: topicArn, tags },
  untagTopic: { resourceArn: topicArn, tagKeys: ['Team'] },
  listTopicTags: { resourceArn: topicArn },
};
const alarms: Examples<'alarms'> = {
  putAlarm: {
    ...{ alarmName: 'odd', alarmDescription: 'odd', eventPattern, groupBy: 'detail.userIdentity.arn', threshold: 3 },
    ...{ comparisonOperator: 1, period: 300, evaluationPeriods: 3, datapointsToAlarm: 2, treatMissingData: 1 },
    ...{ actionsEnabled: true, alarmActions: [topicArn], okActions: [topicArn], insufficientDataActions: [topicArn] },
  },
  describeAlarms: { alarmNames: ['odd'], alarmNamePrefix: 'o', stateValue: 1, maxRecords: 10, nextToken: 'b2Rk' },
  deleteAlarms: { alarmNames: ['none'] },
  enableAlarmActions: { alarmNames: ['odd'] },
  disableAlarmActions: { alarmNames: ['odd'] },
  setAlarmState: { alarmName: 'odd', stateValue: 1, stateReason: 'odd' },
  describeAlarmHistory: { alarmName: 'odd', historyItemType: 1, maxRecords: 10, nextToken: 'b2Rk' },
};

/** Of the values in messages that oddRequests does not reach. */
const maps = ['attributes'];
const examples = { rules, webhooks, deliveries, topics, alarms };
type Methods = Record<string, (request: object) => Promise<unknown>>;

describe.each(Object.entries(examples))('odd input is refused by %s:', (part, methods) => {
  it.each(Object.entries(methods))('%s', async (method, example) => {
    const call = (api as unknown as Record<string, Methods>)[part]![method]!;
    const requests = oddRequests(example, maps);
    await tryOddInput(part === 'alarms' ? unsigned(requests) : requests, call, { numRuns: 30 });
  });
});
