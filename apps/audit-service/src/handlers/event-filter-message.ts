import { Outcome, type EventFilter as FilterMessage } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { invalidLookupAttributes } from '../domain/cloudtrail-errors';
import type { EventFilter } from '../domain/event-filter';

const MAX_LENGTH = 2_048;
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');
const texts = [
  'principal',
  'eventName',
  'resource',
  'requestId',
  'eventSource',
  'eventId',
  'resourceType',
  'accessKeyId',
  'userName',
] as const;
const times = ['startTime', 'endTime'] as const;
const names = {
  startTime: 'start_time',
  endTime: 'end_time',
  principal: 'principal',
  eventName: 'event_name',
  resource: 'resource',
  requestId: 'request_id',
  eventSource: 'event_source',
  eventId: 'event_id',
  resourceType: 'resource_type',
  accessKeyId: 'access_key_id',
  userName: 'user_name',
};

/** Throws InvalidLookupAttributesException. An empty text is no condition. */
export const parseFilter = (message: FilterMessage | undefined): EventFilter => {
  if (!message) return {};
  const filter: EventFilter = {};
  for (const name of times) {
    const time = message[name];
    if (time === undefined) continue;
    // A time beyond a Timestamp's limits is no date, or one that no event has.
    if (!(time.getTime() >= EARLIEST && time.getTime() <= LATEST)) {
      throw invalidLookupAttributes(`filter.${names[name]} must be from the year 1 to the year 9999.`);
    }
    filter[name] = time;
  }
  for (const name of texts) {
    const text = message[name];
    if (text.length > MAX_LENGTH) throw invalidLookupAttributes(`filter.${names[name]} must have at most 2,048 characters.`);
    if (text !== '') filter[name] = text;
  }
  if (message.readOnly !== undefined) filter.readOnly = message.readOnly;
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

/** The filter, in the form in which the lookup's own event names it. */
export const filterParameters = ({ startTime, endTime, ...rest }: EventFilter): [string, string][] =>
  Object.entries({ startTime: startTime?.toISOString(), endTime: endTime?.toISOString(), ...rest }).flatMap(
    ([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]]),
  );
