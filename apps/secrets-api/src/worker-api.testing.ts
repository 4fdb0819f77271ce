import * as messages from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { connectTo } from '@strongroom/grpc-kit';
import { type OneAttempt, oneAttempt, unaryNames } from '@strongroom/grpc-kit/testing';
import { rotationRequestService } from '@strongroom/methods';
import { PATIENCE_MS, type TestPki } from '@strongroom/testing';

/** The service as rotation-worker sees it. */
export type WorkerApi = OneAttempt<typeof rotationRequestService>;
export type WorkerOperation = keyof WorkerApi;
export const workerOperations = unaryNames(rotationRequestService);

export interface WorkerConnection {
  api: WorkerApi;
  close: () => void;
}

export const WORKER_URI = 'spiffe://strongroom.local/service/rotation-worker';

/** Calls RotationRequestService with the certificate of `uri`. */
export async function connectWorker(pki: TestPki, port: number, uri = WORKER_URI): Promise<WorkerConnection> {
  const client = connectTo(rotationRequestService, {
    address: `127.0.0.1:${port}`,
    tls: await pki.issueFiles({ uri }),
    service: 'rotation-worker',
  });
  const api = oneAttempt(rotationRequestService, client, messages, { timeoutMs: PATIENCE_MS });
  return { api, close: () => client.close() };
}
