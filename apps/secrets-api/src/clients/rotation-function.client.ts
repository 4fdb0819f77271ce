import { isDomainError, serviceUnavailable } from '@strongroom/errors';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { rotationFunctionDirectoryService } from '@strongroom/methods';
import { functionNotInvokable } from '../domain/rotation/rotation-errors';
import type { RotationFunctions } from '../domain/rotation/rotation-ports';

/** The longest wait for rotation-worker, whatever the caller's deadline; milliseconds. */
const MAX_WAIT_MS = 3_000;

/** rotation-worker, which knows the functions. */
export class RotationFunctionClient implements RotationFunctions {
  constructor(private readonly client: ServiceClient<typeof rotationFunctionDirectoryService>) {}

  async resolve(accountId: string, name: string, options: { deadline: number; requestId: string }): Promise<string> {
    try {
      const { functionArn } = await this.client.resolveRotationFunction(
        { accountId, functionName: name },
        { ...options, timeoutMs: MAX_WAIT_MS },
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
