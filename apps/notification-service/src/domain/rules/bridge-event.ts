import { type BridgeEvent, bridgeEvent as bridgeEventOf } from '@strongroom/cloudtrail-record';
import type { JsonObject } from '@strongroom/event-pattern';
import type { TrailEvent } from '../trail-event';

/** An event of the trail as EventBridge shows it. */
export const bridgeEvent = (event: TrailEvent): BridgeEvent =>
  bridgeEventOf({
    ...event,
    userIdentity: { sessionAttributes: undefined, ...event.userIdentity },
    sequence: BigInt(event.sequence),
  });

/** The event as patterns see it. */
export const asJson = (event: BridgeEvent): JsonObject => event as unknown as JsonObject;

/** The ARN of what an event is about: the secret, or else what belongs to the service that it comes from; '' for none. */
export function subjectOf({ resources, eventSource }: TrailEvent): string {
  // An event about a secret may name the key of the secret first.
  const secret = resources.find(({ type }) => type === 'AWS::SecretsManager::Secret');
  const own = resources.find(({ arn }) => arn.split(':')[2] === eventSource.split('.')[0]);
  return (secret ?? own ?? resources[0])?.arn ?? '';
}
