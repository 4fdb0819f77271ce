import type {
  FollowTrailsRequest,
  FollowTrailsResponse,
  ListTrailHeadsRequest,
  ListTrailHeadsResponse,
} from '@strongroom/contracts/strongroom/audit/v1/feed';
import { invalidParameter } from '@strongroom/errors';
import { serverStream, unary } from '@strongroom/grpc-kit';
import { feed } from '../domain/feed';
import type { Dependencies } from './dependencies';
import { eventMessage } from './event-message';

export const listTrailHeads = ({ reader }: Dependencies) =>
  unary<ListTrailHeadsRequest, ListTrailHeadsResponse>(async () => {
    const heads = await reader.heads();
    return { sequences: Object.fromEntries(heads.map(({ accountId, sequence }) => [accountId, BigInt(sequence)])) };
  });

export const followTrails = ({ reader }: Dependencies) =>
  serverStream<FollowTrailsRequest, FollowTrailsResponse>(async function* ({ after }, { signal }) {
    for await (const { accountId, events } of feed(reader, placesOf(after), signal)) {
      yield { accountId, events: events.map(eventMessage) };
    }
  });

const placesOf = (after: FollowTrailsRequest['after']): Map<string, number> =>
  new Map(
    Object.entries(after).map(([accountId, sequence]) => {
      if (sequence > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidParameter('after must have places less than 2^53.');
      return [accountId, Number(sequence)];
    }),
  );
