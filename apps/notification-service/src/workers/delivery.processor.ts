import { type JobTry, PostponedJob } from '@strongroom/jobs';
import type { Courier } from '../domain/courier';
import { DESTINATION_KINDS, type DestinationKind } from '../domain/delivery';
import type { DeliveryJob } from './delivery.job';

/** The wait of a destination whose account or turn is used up. Milliseconds. */
const NEXT_TURN_MS = 100;

/** The courier, as the queue calls it. */
export const deliveryProcessor =
  (courier: Courier) =>
  async ({ accountId, kind, id }: DeliveryJob, { signal }: JobTry): Promise<void> => {
    if (!isKind(kind)) return;
    const isDone = await courier.visit({ accountId, destination: { kind, id } }, signal);
    if (!isDone) throw new PostponedJob(NEXT_TURN_MS);
  };

const isKind = (kind: string): kind is DestinationKind => (DESTINATION_KINDS as readonly string[]).includes(kind);
