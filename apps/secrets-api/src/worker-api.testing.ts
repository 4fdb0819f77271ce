import * as messages from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { callUnary, connect, type UnaryMethod } from '@strongroom/grpc-kit';
import type { TestPki } from '@strongroom/testing';

const requests = {
  scanRotations: messages.ScanRotationsRequest,
  getRotationRequest: messages.GetRotationRequestRequest,
  readRotatingVersion: messages.ReadRotatingVersionRequest,
  readRotatingVersions: messages.ReadRotatingVersionsRequest,
  readMasterSecret: messages.ReadMasterSecretRequest,
  putPendingValue: messages.PutPendingValueRequest,
  finishRotation: messages.FinishRotationRequest,
  failRotation: messages.FailRotationRequest,
  reopenRotation: messages.ReopenRotationRequest,
  dropPendingVersion: messages.DropPendingVersionRequest,
  authorizeSecretAccess: messages.AuthorizeSecretAccessRequest,
} as const;

export type WorkerOperation = keyof typeof requests;

export const workerOperations = Object.keys(requests) as WorkerOperation[];

/** The service as rotation-worker sees it. */
export type WorkerApi = {
  [O in WorkerOperation]: (
    fields?: Parameters<(typeof requests)[O]['fromPartial']>[0],
  ) => Promise<ReturnType<messages.RotationRequestServiceService[O]['responseDeserialize']>>;
};

export interface WorkerConnection {
  api: WorkerApi;
  close: () => void;
}

export const WORKER_URI = 'spiffe://strongroom.local/service/rotation-worker';

/** Calls RotationRequestService with the certificate of `uri`. */
export async function connectWorker(pki: TestPki, port: number, uri = WORKER_URI): Promise<WorkerConnection> {
  const client = connect(messages.RotationRequestServiceClient, {
    address: `127.0.0.1:${port}`,
    tls: await pki.issueFiles({ uri }),
    service: 'rotation-worker',
  });
  const call =
    (operation: WorkerOperation) =>
    (fields: object = {}) =>
      callUnary(
        client[operation].bind(client) as unknown as UnaryMethod<unknown, unknown>,
        requests[operation].fromPartial(fields as never),
        { timeoutMs: 10_000 },
      );
  const api = Object.fromEntries(workerOperations.map((operation) => [operation, call(operation)]));
  return { api: api as unknown as WorkerApi, close: () => client.close() };
}
