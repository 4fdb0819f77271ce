import { Outcome, type EventFilter as FilterMessage } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { invalidLookupAttributes } from '../domain/cloudtrail-errors';
import type { EventFilter } from '../domain/event-filter';

const maxLength = 2_048;
const texts = ['principal', 'eventName', 'resource', 'requestId', 'eventSource'] as const;
const names = {
  principal: 'principal',
  eventName: 'event_name',
  resource: 'resource',
  requestId: 'request_id',
  eventSource: 'event_source',
};

/** Throws InvalidLookupAttributesException. An empty text is no condition. */
export const parseFilter = (message: FilterMessage | undefined): EventFilter => {
  if (!message) return {};
  const filter: EventFilter = {};
  if (message.startTime) filter.startTime = message.startTime;
  if (message.endTime) filter.endTime = message.endTime;
  for (const name of texts) {
    const text = message[name];
    if (text.length > maxLength) throw invalidLookupAttributes(`filter.${names[name]} must have at most 2,048 characters.`);
    if (text !== '') filter[name] = text;
  }
  switch (message.outcome) {
    case Outcome.UNSPECIFIED:
      return filter;
    case Outcome.SUCCESS:
      return { ...filter, outcome: 'success' };
    case Outcome.FAILURE:
      return { ...filter, outcome: 'failure' };
    default:
      throw invalidLookupAttributes('filter.outcome must be OUTCOME_SUCCESS or OUTCOME_FAILURE.');
  }
};

/** The filter as the event of the lookup itself names it. */
export const filterParameters = ({ startTime, endTime, ...rest }: EventFilter): [string, string][] =>
  Object.entries({ startTime: startTime?.toISOString(), endTime: endTime?.toISOString(), ...rest }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
