import type {
  FollowTrailsRequest,
  FollowTrailsResponse,
  ListTrailHeadsRequest,
  ListTrailHeadsResponse,
} from '@strongroom/contracts/strongroom/audit/v1/feed';
import { invalidParameter } from '@strongroom/errors';
import { serverStream, unary } from '@strongroom/grpc-kit';
import { feed, FEED_POLL_MS } from '../domain/feed';
import { SharedReads } from '../domain/shared-reads';
import type { Dependencies } from './dependencies';
import { eventMessage } from './event-message';

export const listTrailHeads = ({ reader }: Dependencies) =>
  unary<ListTrailHeadsRequest, ListTrailHeadsResponse>(async () => {
    const heads = await reader.heads();
    return { sequences: Object.fromEntries(heads.map(({ accountId, sequence }) => [accountId, BigInt(sequence)])) };
  });

export const followTrails = ({ reader, clock, logger }: Dependencies) => {
  const shared = new SharedReads(reader, FEED_POLL_MS / 2);
  const read = {
    heads: () => reader.heads(),
    after: shared.after.bind(shared),
    lastBlocks: shared.lastBlocks.bind(shared),
  };
  const unreadable = (accountId: string, error: Error) =>
    logger.error('events cannot be read, so those who follow all trails go on without their account', { accountId, error });
  return serverStream<FollowTrailsRequest, FollowTrailsResponse>(async function* ({ after }, { signal }) {
    for await (const { accountId, events } of feed({ reader: read, after: placesOf(after), signal, clock, unreadable })) {
      yield { accountId, events: events.map(eventMessage) };
    }
  });
};

const placesOf = (after: FollowTrailsRequest['after']): Map<string, number> =>
  new Map(
    Object.entries(after).map(([accountId, sequence]) => {
      if (sequence > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidParameter('after must have places less than 2^53.');
      return [accountId, Number(sequence)];
    }),
  );
