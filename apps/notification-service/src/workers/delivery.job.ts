import { defineJob, jobFields } from '@strongroom/jobs';

/**
 * Wakes a worker for a destination at which something is due. The outbox has the deliveries; this has only their destination. A
 * job that is lost costs nothing: the scan of the outbox adds it again.
 */
export const deliveryJob = defineJob({
  queue: 'delivery',
  fields: {
    accountId: jobFields.name(),
    kind: jobFields.name(),
    id: jobFields.name(),
  },
  id: ({ kind, id }) => [kind, id],
  attempts: 1,
});

export type DeliveryJob = ReturnType<typeof deliveryJob.parse>;
