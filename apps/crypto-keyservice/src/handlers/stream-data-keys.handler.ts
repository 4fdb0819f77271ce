import type { StreamDataKeysRequest, StreamDataKeysResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { bidiStream } from '@strongroom/grpc-kit';
import { validationFailed } from '../domain/key-errors';
import { performOperation } from './data-key-operations';
import type { Dependencies } from './dependencies';

const MAX_OPERATIONS = 256;
/** The messages that one stream answers at a time; flow control makes clients that send more wait. */
const MAX_MESSAGES_IN_FLIGHT = 64;

/**
 * Answers whole batches, each when it is ready. Does not overwrite the plaintexts after `send`, because they may not be
 * serialised yet.
 */
export const streamDataKeys = (d: Dependencies) =>
  bidiStream<StreamDataKeysRequest, StreamDataKeysResponse>(async (requests, _call, send) => {
    const inFlight = new Set<Promise<void>>();
    for await (const { batchId, operations } of requests) {
      if (operations.length < 1 || operations.length > MAX_OPERATIONS) {
        throw validationFailed(`operations must be 1 to ${MAX_OPERATIONS}.`);
      }
      const answer = Promise.all(operations.map((operation) => performOperation(d, operation))).then((outcomes) => {
        send({ batchId, outcomes });
        inFlight.delete(answer);
      });
      inFlight.add(answer);
      if (inFlight.size >= MAX_MESSAGES_IN_FLIGHT) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
  });
