import { invalidRequest } from '@strongroom/errors';

/**
 * Whoever has come as far as `place` must not lose the next events silently. Who begins has handled none, and begins with those
 * that are there.
 *
 * @throws InvalidRequestException
 */
export const requireNoGap = (accountId: string, place: number, [next]: readonly { sequence: number }[]): void => {
  if (place === 0 || !next || next.sequence === place + 1) return;
  throw invalidRequest(
    `The events ${place + 1} to ${next.sequence - 1} of account ${accountId} are not in the trail any more. ` +
      `To go on without them, begin after ${next.sequence - 1}.`,
  );
};
