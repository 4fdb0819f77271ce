export {
  TrailConsumer,
  trailHeads,
  type ConsumerLock,
  type TrailConsumerOptions,
  type TrailEvent,
  type TrailSink,
} from './trail-consumer';
export { CREATE_TRAIL_PLACE, lockPlace, TrailPlaces } from './trail-places';
