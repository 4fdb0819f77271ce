import fc from 'fast-check';
import type { EventFilter } from './event-filter';

/** Any conditions but those of time, with these texts. */
export const anyFilter = (text: fc.Arbitrary<string>): fc.Arbitrary<EventFilter> =>
  fc.record<EventFilter>(
    {
      principal: text,
      eventName: text,
      resource: text,
      requestId: text,
      eventSource: text,
      eventId: text,
      readOnly: fc.boolean(),
      resourceType: text,
      accessKeyId: text,
      userName: text,
      outcome: fc.constantFrom('success', 'failure'),
    },
    { requiredKeys: [] },
  );
