import type { RotationFunctionDirectoryServiceClient } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { isDomainError, serviceUnavailable } from '@strongroom/errors';
import { callUnary } from '@strongroom/grpc-kit';
import { functionNotInvokable } from '../domain/rotation/rotation-errors';
import type { RotationFunctions } from '../domain/rotation/rotation-ports';

/** The longest wait for rotation-worker, whatever the caller's deadline; milliseconds. */
const MAX_WAIT_MS = 3_000;

/** rotation-worker, which knows the functions. */
export class RotationFunctionClient implements RotationFunctions {
  constructor(private readonly client: Pick<RotationFunctionDirectoryServiceClient, 'resolveRotationFunction'>) {}

  async resolve(accountId: string, name: string, options: { deadline: number; requestId: string }): Promise<string> {
    const { client } = this;
    try {
      const { functionArn } = await callUnary(
        client.resolveRotationFunction.bind(client),
        { accountId, functionName: name },
        { ...options, timeoutMs: MAX_WAIT_MS, idempotent: true },
      );
      return functionArn;
    } catch (error) {
      if (!isDomainError(error)) throw error;
      if (error.kind === 'not-found') throw functionNotInvokable(error);
      if (error.kind === 'unavailable' || error.kind === 'deadline-exceeded') {
        throw serviceUnavailable('rotation functions cannot be looked up: rotation-worker is unavailable', { cause: error });
      }
      throw error;
    }
  }
}
