import { invalidRequest } from '@strongroom/errors';
import type { RotationFunction, RotationStep, StepCall } from './rotation-function.port';
import type { RotationRequests } from './rotation-request.port';
import type { Logger } from '@strongroom/telemetry';
import { logUnreachable } from '@strongroom/egress';

/** Calls a custom function. */
export interface StepInvoker {
  invoke(step: RotationStep, call: StepCall): Promise<void>;
}

/** A custom function does all four steps itself; this checks whether it has moved AWSCURRENT. */
export class CustomRotation implements RotationFunction {
  readonly isCustom = true;

  constructor(
    private readonly invoker: StepInvoker,
    readonly timeoutMs: number,
    private readonly d: { requests: Pick<RotationRequests, 'find' | 'finish'>; logger: Logger; name: string },
  ) {}

  async invoke(step: RotationStep, call: StepCall): Promise<void> {
    try {
      await this.invoker.invoke(step, call);
    } catch (error) {
      logUnreachable(this.d.logger, call, this.d.name, error);
      throw error;
    }
    if (step !== 'finishSecret') return;
    const request = await this.d.requests.find(call, call.signal);
    if (request?.state !== 'complete') {
      throw invalidRequest(
        `finishSecret succeeded, but AWSCURRENT is not on version ${call.token}. The function must move it with UpdateSecretVersionStage.`,
      );
    }
    // AWSPENDING may remain, because functions for AWS often leave it.
    await this.d.requests.finish(call, call.signal);
  }
}
