import {
  type RotationRequest as RequestMessage,
  RotationRequestKind,
  type RotationRequestServiceClient,
  RotationRequestState,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import type { SecretValue as ValueMessage } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { SecretValue } from '@strongroom/envelope';
import { internalServiceError, isDomainError } from '@strongroom/errors';
import { callUnary } from '@strongroom/grpc-kit';
import type { RotatingVersion, RotationStage } from '@strongroom/rotation-functions';
import type {
  RequestKey,
  RequestKind,
  RequestPage,
  RequestState,
  RotationRequest,
  RotationRequests,
} from '../domain/rotation-request.port';
import type { RotationValues } from '../domain/rotation-values.port';

/** The time of one call; a step's own deadline cancels it sooner. Milliseconds. */
const TIMEOUT_MS = 10_000;
/** The time of a scan, which requests due rotations, with a transaction for each. */
const SCAN_TIMEOUT_MS = 30_000;
const PAGE = 200;

/** secrets-api, called with this worker's own certificate. All calls can be repeated. */
export class RotationRequestClient implements RotationRequests, RotationValues {
  constructor(private readonly client: RotationRequestServiceClient) {}

  async scan(nextToken: string, signal?: AbortSignal): Promise<RequestPage> {
    const scan = this.client.scanRotations.bind(this.client);
    const options = { timeoutMs: SCAN_TIMEOUT_MS, signal, idempotent: true };
    const page = await callUnary(scan, { maxResults: PAGE, nextToken }, options);
    return { requests: page.requests.map(toRequest), nextToken: page.nextToken, isMoreDue: page.moreDue };
  }

  async find({ secretArn, token }: RequestKey, signal?: AbortSignal): Promise<RotationRequest | undefined> {
    const find = this.client.getRotationRequest.bind(this.client);
    const answer = await unlessMissing(callUnary(find, { secretArn, token }, options(signal)));
    return answer?.request && toRequest(answer.request);
  }

  async finish({ secretArn, token }: RequestKey, signal?: AbortSignal): Promise<void> {
    await callUnary(this.client.finishRotation.bind(this.client), { secretArn, token }, options(signal));
  }

  async fail({ secretArn, token }: RequestKey, attempt: number): Promise<void> {
    await callUnary(this.client.failRotation.bind(this.client), { secretArn, token, attempt }, options());
  }

  async reopen({ secretArn, token }: RequestKey): Promise<RotationRequest> {
    const { request } = await callUnary(this.client.reopenRotation.bind(this.client), { secretArn, token }, options());
    if (!request) throw internalServiceError('secrets-api answered without the request that it opened');
    return toRequest(request);
  }

  async dropPending({ secretArn, token }: RequestKey): Promise<void> {
    await callUnary(this.client.dropPendingVersion.bind(this.client), { secretArn, token }, options());
  }

  async read(
    { secretArn, token }: RequestKey,
    stages: readonly RotationStage[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<RotationStage, RotatingVersion>> {
    const read = this.client.readRotatingVersions.bind(this.client);
    const { versions } = await callUnary(read, { secretArn, token, versionStages: [...stages] }, options(signal));
    return new Map(
      versions.map(({ versionStage, versionId, value }) => [versionStage as RotationStage, { versionId, value: toValue(value) }]),
    );
  }

  async readMaster({ secretArn, token }: RequestKey, masterSecretId: string, signal: AbortSignal): Promise<RotatingVersion> {
    const read = this.client.readMasterSecret.bind(this.client);
    const { versionId, value } = await callUnary(read, { secretArn, token, masterSecretId }, options(signal));
    return { versionId, value: toValue(value) };
  }

  async putPending({ secretArn, token }: RequestKey, value: SecretValue, signal: AbortSignal): Promise<boolean> {
    const put = this.client.putPendingValue.bind(this.client);
    return (await callUnary(put, { secretArn, token, value: toValueMessage(value) }, options(signal))).stored;
  }
}

const options = (signal?: AbortSignal) => ({ timeoutMs: TIMEOUT_MS, signal, idempotent: true });

async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isDomainError(error) && error.kind === 'not-found') return undefined;
    throw error;
  }
}

const kinds: Partial<Record<RotationRequestKind, RequestKind>> = {
  [RotationRequestKind.ROTATE]: 'rotate',
  [RotationRequestKind.TEST]: 'test',
};

const states: Partial<Record<RotationRequestState, RequestState>> = {
  [RotationRequestState.OPEN]: 'open',
  [RotationRequestState.FAILED]: 'failed',
  [RotationRequestState.COMPLETE]: 'complete',
  [RotationRequestState.ABANDONED]: 'abandoned',
};

const toRequest = (message: RequestMessage): RotationRequest => {
  const kind = kinds[message.kind];
  const state = states[message.state];
  if (!kind || !state) throw internalServiceError('secrets-api answered with a rotation request of an unknown kind or state');
  return { ...message, kind, state, requestedAt: message.requestedAt ?? new Date(0) };
};

const toValue = (message: ValueMessage | undefined): SecretValue => {
  if (message?.value?.$case === 'secretString') return { kind: 'string', text: message.value.value };
  if (message?.value?.$case === 'secretBinary') return { kind: 'binary', bytes: message.value.value };
  throw internalServiceError('secrets-api answered without a value');
};

const toValueMessage = (value: SecretValue): ValueMessage => ({
  value: value.kind === 'string' ? { $case: 'secretString', value: value.text } : { $case: 'secretBinary', value: value.bytes },
});
