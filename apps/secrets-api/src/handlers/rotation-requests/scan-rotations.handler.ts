import type { ScanRotationsRequest, ScanRotationsResponse } from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { HOUR } from '@strongroom/clock';
import { unary } from '@strongroom/grpc-kit';
import { readPageToken, writePageToken } from '../../domain/page-token';
import { requireMaxResults } from '../../domain/request-rules';
import type { RotationDependencies } from './dependencies';
import { toRequestMessage } from './rotation-message';
import type { WorkerCall } from './worker-call';

const RESULTS = { min: 1, max: 1_000 };
const DEFAULT_RESULTS = 100;
const QUESTION = 'ScanRotations';
/** The most due secrets that one scan starts: the worker gets them soon, and scans again for more. */
const BATCH = 200;
/** They share transactions. */
const AT_A_TIME = 32;
/** When less than this remains of the caller's time, no more are started; milliseconds. */
const RESERVE_MS = 1_500;

export const scanRotations = (d: RotationDependencies) =>
  unary<ScanRotationsRequest, ScanRotationsResponse, WorkerCall['caller']>(async (request, call) => {
    const limit = requireMaxResults(request.maxResults ?? DEFAULT_RESULTS, RESULTS);
    const after = readPageToken(request.nextToken, QUESTION);
    // Once for all pages.
    const moreDue = !after && (await startDue(d, call.deadline));
    const { items, next } = await d.store.openRotations({ after, limit }, call.deadline);
    return {
      requests: items.map(({ secret, request: open }) => toRequestMessage(secret, open)),
      moreDue,
      nextToken: next ? writePageToken(next, QUESTION) : '',
    };
  });

/** Secrets for which there is no time now are still due at the next scan. Resolves with whether there may be more. */
async function startDue({ store, rotations, clock, logger }: RotationDependencies, deadline: number): Promise<boolean> {
  const due = await store.dueForRotation(clock.now(), BATCH, deadline);
  const isFull = due.length === BATCH;
  let started = 0;
  const startNext = async (): Promise<void> => {
    while (Date.now() < deadline - RESERVE_MS) {
      const secretId = due.shift();
      if (secretId === undefined) return;
      try {
        if (await rotations.startDue(secretId, deadline)) started++;
      } catch (error) {
        // The others do not wait for it, and it is not the first one next time.
        logger.error('a rotation that is due cannot begin', { error });
        await store.postponeRotation(secretId, new Date(clock.millis() + HOUR), deadline).catch(() => undefined);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, startNext));
  // If there was no progress, others are working on them, or the cause is one that an immediate retry would not cure.
  return isFull && started > 0;
}
