import {
  type RotationRequest as RequestMessage,
  RotationRequestKind,
  RotationRequestState,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import type { SecretValue as ValueMessage } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { SecretValue } from '@strongroom/envelope';
import { internalServiceError, isDomainError } from '@strongroom/errors';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { rotationRequestService } from '@strongroom/methods';
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

/** secrets-api, called with this worker's own certificate. */
export class RotationRequestClient implements RotationRequests, RotationValues {
  constructor(private readonly client: ServiceClient<typeof rotationRequestService>) {}

  async scan(nextToken: string, signal?: AbortSignal): Promise<RequestPage> {
    const options = { timeoutMs: SCAN_TIMEOUT_MS, signal };
    const page = await this.client.scanRotations({ maxResults: PAGE, nextToken }, options);
    return { requests: page.requests.map(toRequest), nextToken: page.nextToken, isMoreDue: page.moreDue };
  }

  async find({ secretArn, token }: RequestKey, signal?: AbortSignal): Promise<RotationRequest | undefined> {
    const answer = await unlessMissing(this.client.getRotationRequest({ secretArn, token }, options(signal)));
    return answer?.request && toRequest(answer.request);
  }

  async finish({ secretArn, token }: RequestKey, signal?: AbortSignal): Promise<void> {
    await this.client.finishRotation({ secretArn, token }, options(signal));
  }

  async fail({ secretArn, token }: RequestKey, attempt: number): Promise<void> {
    await this.client.failRotation({ secretArn, token, attempt }, options());
  }

  async reopen({ secretArn, token }: RequestKey): Promise<RotationRequest> {
    const { request } = await this.client.reopenRotation({ secretArn, token }, options());
    if (!request) throw internalServiceError('secrets-api answered without the request that it opened');
    return toRequest(request);
  }

  async dropPending({ secretArn, token }: RequestKey): Promise<void> {
    await this.client.dropPendingVersion({ secretArn, token }, options());
  }

  async read(
    { secretArn, token }: RequestKey,
    stages: readonly RotationStage[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<RotationStage, RotatingVersion>> {
    const { versions } = await this.client.readRotatingVersions(
      { secretArn, token, versionStages: [...stages] },
      options(signal),
    );
    return new Map(
      versions.map(({ versionStage, versionId, value }) => [versionStage as RotationStage, { versionId, value: toValue(value) }]),
    );
  }

  async readMaster({ secretArn, token }: RequestKey, masterSecretId: string, signal: AbortSignal): Promise<RotatingVersion> {
    const { versionId, value } = await this.client.readMasterSecret({ secretArn, token, masterSecretId }, options(signal));
    return { versionId, value: toValue(value) };
  }

  async putPending({ secretArn, token }: RequestKey, value: SecretValue, signal: AbortSignal): Promise<boolean> {
    return (await this.client.putPendingValue({ secretArn, token, value: toValueMessage(value) }, options(signal))).stored;
  }
}

const options = (signal?: AbortSignal) => ({ timeoutMs: TIMEOUT_MS, signal });

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
