import * as contract from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { ServiceClient } from '@strongroom/grpc-kit';
import { secretsService } from '@strongroom/methods';
import { randomUuid, systemRandom } from '@strongroom/random';
import type { CallInvoker, CallOptions } from './call-invoker';
import { type Calls, callsOf, type RequestOf } from './calls';
import { InvalidParameterException } from './errors';
import { DuplexWatchStream, type SecretWatchStream } from './secret-watch-stream';

/** A secret's value, either as text or as bytes; 1 to 65,536 bytes. */
export interface PlainValue {
  secretString?: string;
  secretBinary?: Uint8Array;
}

type WithValue<Req> = RequestOf<Omit<Req, 'value'>> & PlainValue;
/** A version and its value. */
export type SecretVersion = Omit<contract.GetSecretValueResponse, 'value'> & { secretString?: string; secretBinary?: Buffer };

interface Plain {
  createSecret: { request: WithValue<contract.CreateSecretRequest>; response: contract.CreateSecretResponse };
  putSecretValue: { request: WithValue<contract.PutSecretValueRequest>; response: contract.PutSecretValueResponse };
  updateSecret: { request: WithValue<contract.UpdateSecretRequest>; response: contract.UpdateSecretResponse };
  getSecretValue: { request: RequestOf<contract.GetSecretValueRequest>; response: SecretVersion };
  batchGetSecretValue: {
    request: RequestOf<contract.BatchGetSecretValueRequest>;
    response: Omit<contract.BatchGetSecretValueResponse, 'secretValues'> & { secretValues: SecretVersion[] };
  };
}

/**
 * Secrets, with values as `secretString` and `secretBinary`. The client adds a `clientRequestToken` to a rotation or a write of a
 * value that has none. This makes the call idempotent: it is retried like a read, and creates only one version.
 */
export type SecretsCalls = Calls<typeof secretsService, Plain> & {
  /**
   * How secrets are now, and then each change, never a value; until the signal aborts, the stream breaks, or you leave the loop.
   * With the last `resumeToken` of a stream that broke, the next one tells what has changed since. Watches can be added to the
   * stream and removed.
   */
  watchSecrets(watches: readonly RequestOf<contract.SecretWatch>[], options?: Pick<CallOptions, 'signal'>): SecretWatchStream;
};

export const secretsCalls = (client: ServiceClient<typeof secretsService>, invoker: CallInvoker): SecretsCalls => ({
  ...callsOf<typeof secretsService, Plain>({
    client,
    service: secretsService,
    messages: contract,
    invoker,
    toContract,
    fromContract,
  }),
  watchSecrets: (watches, options = {}) => new DuplexWatchStream(client, invoker, watches, options.signal),
});

const writesOfValues: ReadonlySet<string> = new Set(['createSecret', 'putSecretValue', 'updateSecret']);

const toContract = (method: string, request: Record<string, unknown>): Record<string, unknown> => {
  if (method === 'rotateSecret')
    return { ...request, clientRequestToken: request['clientRequestToken'] ?? randomUuid(systemRandom) };
  if (!writesOfValues.has(method)) return request;
  const { secretString, secretBinary, clientRequestToken, ...rest } = request;
  if (secretString !== undefined && secretBinary !== undefined) {
    throw new InvalidParameterException({
      kind: 'invalid-argument',
      reason: 'InvalidParameterException',
      message: 'SecretString and SecretBinary: give exactly one of the two',
    });
  }
  const value =
    secretString !== undefined
      ? { $case: 'secretString', value: secretString }
      : secretBinary !== undefined && { $case: 'secretBinary', value: secretBinary };
  // Without a value there is no version to name, so a token would not make the call idempotent.
  if (!value) return { ...rest, clientRequestToken };
  return { ...rest, value: { value }, clientRequestToken: clientRequestToken ?? randomUuid(systemRandom) };
};

const plainVersion = ({ value, ...rest }: contract.GetSecretValueResponse): SecretVersion => ({
  ...rest,
  ...(value?.value && { [value.value.$case]: value.value.value }),
});

const fromContract = (method: string, response: unknown): unknown => {
  if (method === 'getSecretValue') return plainVersion(response as contract.GetSecretValueResponse);
  if (method !== 'batchGetSecretValue') return response;
  const { secretValues, ...rest } = response as contract.BatchGetSecretValueResponse;
  return { ...rest, secretValues: secretValues.map(plainVersion) };
};
