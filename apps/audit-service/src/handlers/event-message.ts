import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { ChainedEvent } from '../domain/chain';

export const eventMessage = ({ event, sequence, hash }: ChainedEvent): Event => ({
  ...event,
  userIdentity: { sessionAttributes: undefined, ...event.userIdentity },
  sequence: BigInt(sequence),
  hash,
});
