import { auditOf } from '@strongroom/audit-trail';
import type {
  PublishBatchRequest,
  PublishBatchResponse,
  PublishRequest,
  PublishResponse,
} from '@strongroom/contracts/strongroom/notification/v1/topics';
import { unary } from '@strongroom/grpc-kit';
import { randomUuid } from '@strongroom/random';
import { readBatch } from '../../domain/topics/batch';
import { deliveriesOf } from '../../domain/topics/publication';
import type { Topic } from '../../domain/topics/topic';
import { readMessage, type TopicMessage } from '../../domain/topics/topic-message';
import { openTopic, type TopicCall, type TopicDependencies, writeOf } from './topic-call';

export const publish = (d: TopicDependencies) =>
  unary<PublishRequest, PublishResponse, TopicCall['caller']>(async (request, call) => {
    const message = readMessage(request);
    const topic = await openTopic(d, call, 'Publish', request.topicArn);
    const [messageId] = await publishAll(d, call, topic, [message]);
    return { messageId: messageId! };
  });

export const publishBatch = (d: TopicDependencies) =>
  unary<PublishBatchRequest, PublishBatchResponse, TopicCall['caller']>(async (request, call) => {
    const { messages, failed } = readBatch(request.publishBatchRequestEntries);
    const topic = await openTopic(d, call, 'Publish', request.topicArn);
    const ids = await publishAll(
      d,
      call,
      topic,
      messages.map(({ message }) => message),
    );
    return { successful: messages.map(({ id }, index) => ({ id, messageId: ids[index]! })), failed };
  });

/** In one transaction. Nobody asked for an order, so no message waits for another one. */
async function publishAll(
  d: TopicDependencies,
  call: TopicCall,
  topic: Topic,
  messages: readonly TopicMessage[],
): Promise<string[]> {
  const ids = messages.map(() => randomUuid(d.random));
  const at = d.clock.now();
  auditOf(call).response('messageId', ids.join(' '));
  await d.store.publish(
    topic,
    (confirmed) =>
      messages.flatMap((message, index) => {
        const messageId = ids[index]!;
        return deliveriesOf({ topic, messageId, orderingKey: messageId, message, at }, confirmed);
      }),
    writeOf(call),
  );
  d.look();
  return ids;
}
