import { requestTags } from '@strongroom/access';
import type {
  ListTopicTagsRequest,
  ListTopicTagsResponse,
  TagTopicRequest,
  TagTopicResponse,
  UntagTopicRequest,
  UntagTopicResponse,
} from '@strongroom/contracts/strongroom/notification/v1/topics';
import { unary } from '@strongroom/grpc-kit';
import { readTags, requireFew, requireTagKey } from '../../domain/topics/topic-tags';
import { openTopic, type TopicCall, type TopicDependencies, writeOf } from './topic-call';

const FIELD = 'ResourceArn';

export const tagTopic = (d: TopicDependencies) =>
  unary<TagTopicRequest, TagTopicResponse, TopicCall['caller']>(async (request, call) => {
    const tags = readTags(request.tags);
    const topic = await openTopic(d, call, 'TagResource', request.resourceArn, requestTags(Object.entries(tags)), FIELD);
    await d.topics.change(topic, (present) => ({ tags: requireFew({ ...present.tags, ...tags }) }), writeOf(call));
    return {};
  });

export const untagTopic = (d: TopicDependencies) =>
  unary<UntagTopicRequest, UntagTopicResponse, TopicCall['caller']>(async (request, call) => {
    const keys = new Set(request.tagKeys.map(requireTagKey));
    const topic = await openTopic(d, call, 'UntagResource', request.resourceArn, { 'aws:tagkeys': [...keys] }, FIELD);
    const kept = (tags: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.has(key)));
    await d.topics.change(topic, (present) => ({ tags: kept(present.tags) }), writeOf(call));
    return {};
  });

export const listTopicTags = (d: TopicDependencies) =>
  unary<ListTopicTagsRequest, ListTopicTagsResponse, TopicCall['caller']>(async (request, call) => {
    const { tags } = await openTopic(d, call, 'ListTagsForResource', request.resourceArn, undefined, FIELD);
    return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
  });
