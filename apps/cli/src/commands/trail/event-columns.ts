import type { Event } from '@strongroom/client';
import type { Columns } from '../../output/printer';

/** How people read events. */
export const eventColumns: Columns<Event> = {
  TIME: ({ eventTime }) => eventTime?.toISOString(),
  WHO: (event) => whoOf(event),
  EVENT: ({ eventName }) => eventName,
  RESOURCE: ({ resources }) => resources.map(({ arn }) => shortArn(arn)).join(', '),
  RESULT: ({ errorCode }) => errorCode || 'ok',
};

const whoOf = ({ userIdentity }: Event): string => {
  if (userIdentity === undefined) return '';
  const { userName, arn, principalId, type } = userIdentity;
  if (type === 'AssumedRole') return arn.slice(arn.indexOf('/') + 1);
  return userName || shortArn(arn) || principalId;
};

/** An ARN without what all of a cluster have in common: `secret:prod/db-a1B2c3`, `user/ann`. */
const shortArn = (arn: string): string => (arn.startsWith('arn:') ? arn.split(':').slice(5).join(':') : arn);
