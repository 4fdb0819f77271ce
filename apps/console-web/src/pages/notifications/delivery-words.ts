import type { DeliveryState, DeliverySummary } from '@strongroom/contracts/strongroom/notification/v1/deliveries';

export const DELIVERY_STATES = { pending: 1, failed: 2, dead: 3 } as const satisfies Record<string, DeliveryState>;
export type DeliveryStateWord = keyof typeof DELIVERY_STATES;

export const deliveryStateOf = ({ state }: Pick<DeliverySummary, 'state'>): DeliveryStateWord =>
  Number(state) === DELIVERY_STATES.dead ? 'dead' : Number(state) === DELIVERY_STATES.failed ? 'failed' : 'pending';

/** What a person can do about a delivery that failed so. */
const REMEDIES: Readonly<Record<string, string>> = {
  ReceiverRefused: 'The receiver answered with an error. Its own log says why.',
  ReceiverRedirected:
    'The receiver answered with a redirect, which is not followed. Give the webhook or subscription the new address.',
  ReceiverUnreachable:
    'Nothing answered there, its certificate is not trusted, or the egress rules forbid the address. The log of notification-service says which.',
  ReceiverTimedOut: 'The receiver did not answer within 10 seconds. It should answer first and work later.',
  ReceiverAnswerTooLong: 'The receiver answered with more than 64 KiB. A short answer is enough.',
  ReceiverGone: 'The receiver said that it is gone for good. Delete the webhook or subscription, or give it another address.',
  WebhookDisabled: 'The webhook was disabled when the message had its turn. Enable it, then deliver again.',
};

/** What to do about a failure; undefined before the first try, and for a reason that this page does not know. */
export const remedyFor = (failureCode: string): string | undefined =>
  Object.hasOwn(REMEDIES, failureCode) ? REMEDIES[failureCode] : undefined;

/** The name of a destination without what all of its kind have in common. */
export function destinationOf({ destination }: Pick<DeliverySummary, 'destination'>): string {
  return destination.startsWith('arn:') ? destination.split(':').slice(5).join(':') : destination;
}
