import { throttled } from '@strongroom/errors';
import { FairGate } from '@strongroom/fairness';

/** Pairs that are made at a time. An RSA pair takes up to seconds of one of libuv's four threads, which serve all else too. */
const AT_A_TIME = 2;
/** Callers of one account that may wait; more would wait for longer than their calls last. */
const WAITING = 16;

/** Accounts take turns to make key pairs. It turns away with a ThrottlingException. */
export const keyMaking = (): FairGate =>
  new FairGate({
    slots: AT_A_TIME,
    maxWaitingPerLane: WAITING,
    turnAway: () => throttled('Too many key pairs are being made for this account. Try again later.'),
  });
