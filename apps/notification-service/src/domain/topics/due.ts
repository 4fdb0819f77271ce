import type { Payload } from './publication';
import type { Subscription } from './subscription';

/** Whether a message that was made for a subscription is still meant for it. */
export function isDue({ state, issuedAt }: Pick<Subscription, 'state' | 'issuedAt'>, payload: Payload): boolean {
  switch (payload.type) {
    case 'Notification':
      return state === 'confirmed';
    case 'SubscriptionConfirmation':
      return state === 'pending' && issuedAt.getTime() === payload.issuedAt;
    case 'UnsubscribeConfirmation':
      return state === 'ended' && issuedAt.getTime() === payload.issuedAt;
  }
}
