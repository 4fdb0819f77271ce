import { createHash } from 'node:crypto';
import type { NewDelivery } from '../delivery';

/** The lane of a delivery, 16 bytes: deliveries to one destination with one ordering key are made one after the other. */
export function laneOf({ destination, orderingKey }: Pick<NewDelivery, 'destination' | 'orderingKey'>): Buffer {
  const name = JSON.stringify([destination.kind, destination.id, orderingKey]);
  return createHash('sha256').update(name).digest().subarray(0, 16);
}
