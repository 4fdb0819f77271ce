import { DeliveryServiceService } from '@strongroom/contracts/strongroom/notification/v1/deliveries';
import { change, consoleOnly, describeService, read } from './method';

/** Policies decide what a caller may do. */
const forCallers = { callers: 'authenticated', onBehalf: consoleOnly } as const;

export const deliveryService = describeService(DeliveryServiceService, 'events.amazonaws.com', {
  listDeliveries: { ...forCallers, ...read },
  redriveDelivery: { ...forCallers, ...change },
});
