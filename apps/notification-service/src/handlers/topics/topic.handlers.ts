import { requestTags } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  CreateTopicRequest,
  CreateTopicResponse,
  DeleteTopicRequest,
  DeleteTopicResponse,
  GetTopicAttributesRequest,
  GetTopicAttributesResponse,
  ListTopicsRequest,
  ListTopicsResponse,
  SetTopicAttributesRequest,
  SetTopicAttributesResponse,
} from '@strongroom/contracts/strongroom/notification/v1/topics';
import { readNextToken, writeNextToken } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { readTopicArn, requireTopicName, type Topic, topicArn, TOPIC_TYPE } from '../../domain/topics/topic';
import { readTopicAttribute, readTopicAttributes, topicAttributes } from '../../domain/topics/topic-attributes';
import { invalidParameter } from '../../domain/topics/topic-errors';
import { readTags, sameTags } from '../../domain/topics/topic-tags';
import { openedTopic, openTopic, type TopicCall, type TopicDependencies, writeOf } from './topic-call';

/** Items of a page, as in SNS. */
export const PAGE = 100;

export const createTopic = (d: TopicDependencies) =>
  unary<CreateTopicRequest, CreateTopicResponse, TopicCall['caller']>(async (request, call) => {
    const { accountId } = call.caller;
    const settings = readTopicAttributes(request.attributes);
    const tags = readTags(request.tags);
    const topic: Topic = {
      accountId,
      name: requireTopicName(request.name),
      ...{ displayName: '', policy: '', deliveryPolicy: '', ...settings },
      tags,
      createdAt: d.clock.now(),
      subscriptionsDeleted: 0,
    };
    const arn = topicArn(topic, d.region);
    auditOf(call).resource(arn, TOPIC_TYPE);
    const check = { resource: arn, resourceAccountId: accountId, context: requestTags(Object.entries(tags)) };
    d.authorizer.require(call, { ...check, action: 'sns:CreateTopic' });
    if (request.tags.length > 0) d.authorizer.require(call, { ...check, action: 'sns:TagResource' });
    const stored = await d.topics.create(topic, writeOf(call));
    if (stored !== topic) requireSame(stored, settings, request.tags.length > 0 ? tags : stored.tags);
    return { topicArn: arn };
  });

/** As in SNS, what a request does not name may be anything. */
function requireSame(present: Topic, settings: Partial<Topic>, tags: Topic['tags']): void {
  const other = (Object.keys(settings) as (keyof Topic)[]).find((name) => present[name] !== settings[name]);
  if (other !== undefined) throw invalidParameter('Attributes', 'Topic already exists with different attributes');
  if (!sameTags(present.tags, tags)) throw invalidParameter('Tags', 'Topic already exists with different tags');
}

export const deleteTopic = (d: TopicDependencies) =>
  unary<DeleteTopicRequest, DeleteTopicResponse, TopicCall['caller']>(async (request, call) => {
    const reference = readTopicArn(request.topicArn, d.region);
    await openedTopic(d, call, 'DeleteTopic', reference);
    await d.topics.remove(reference, writeOf(call));
    return {};
  });

export const listTopics = (d: TopicDependencies) =>
  unary<ListTopicsRequest, ListTopicsResponse, TopicCall['caller']>(async ({ nextToken }, call) => {
    const { accountId } = call.caller;
    const question = `ListTopics ${accountId}`;
    const [after = ''] = readNextToken(nextToken, question, 1) ?? [];
    d.authorizer.require(call, { action: 'sns:ListTopics', resource: '*', resourceAccountId: accountId });
    const found = await d.topics.list(accountId, after, PAGE + 1);
    const page = found.slice(0, PAGE);
    return {
      topics: page.map((topic) => ({ topicArn: topicArn(topic, d.region) })),
      nextToken: found.length > PAGE ? writeNextToken([page.at(-1)!.name], question) : '',
    };
  });

export const getTopicAttributes = (d: TopicDependencies) =>
  unary<GetTopicAttributesRequest, GetTopicAttributesResponse, TopicCall['caller']>(async (request, call) => {
    const topic = await openTopic(d, call, 'GetTopicAttributes', request.topicArn);
    return { attributes: topicAttributes(topic, await d.topics.counts(topic), d.region) };
  });

export const setTopicAttributes = (d: TopicDependencies) =>
  unary<SetTopicAttributesRequest, SetTopicAttributesResponse, TopicCall['caller']>(async (request, call) => {
    const { attributeName, attributeValue } = request;
    const change = readTopicAttribute(attributeName, attributeValue);
    const topic = await openTopic(d, call, 'SetTopicAttributes', request.topicArn);
    auditOf(call).parameter('attributeName', attributeName);
    await d.topics.change(topic, () => change, writeOf(call));
    return {};
  });
