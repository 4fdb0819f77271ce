import type { RandomSource } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import type { BuiltInFunction } from '@strongroom/rotation-functions';
import { OpenSecret } from './open-secret';
import type { RotationFunction, RotationStep, StepCall } from './rotation-function.port';
import type { RotationRequests } from './rotation-request.port';
import type { RotationValues } from './rotation-values.port';
import { failureOf } from './step-failure';
import { logUnreachable, TargetUnreachable } from '@strongroom/egress';

export interface BuiltInSurroundings {
  requests: Pick<RotationRequests, 'finish'>;
  values: RotationValues;
  random: RandomSource;
  timeoutMs: number;
  logger: Logger;
}

/** Carries out a rotation with a built-in function. */
export class BuiltInRotation implements RotationFunction {
  /** Whatever was read to prepare a step is not read again to do it. */
  private readonly secrets = new WeakMap<StepCall, OpenSecret>();

  constructor(
    private readonly fn: BuiltInFunction,
    private readonly d: BuiltInSurroundings,
  ) {}

  get timeoutMs(): number {
    return this.d.timeoutMs;
  }

  async invoke(step: RotationStep, call: StepCall): Promise<void> {
    if (step === 'finishSecret') await this.finish(call);
    else await this.logged(call, this.fn[step](this.built(call)));
  }

  async testCurrent(call: StepCall): Promise<void> {
    await this.logged(call, this.fn.testCurrent(this.built(call)));
  }

  async targetOf(step: RotationStep, call: StepCall): Promise<string | undefined> {
    if (step === 'createSecret' && !this.fn.createsOnServer) return undefined;
    if (step === 'finishSecret' && !this.fn.afterFinish) return undefined;
    return this.fn.targetOf?.(this.built(call));
  }

  private async finish(call: StepCall): Promise<void> {
    const secret = this.fn.afterFinish && (await this.secretOf(call).afterMove());
    await this.d.requests.finish(call, call.signal);
    if (!secret) return;
    try {
      await this.fn.afterFinish?.({ ...this.built(call), secret });
    } catch (error) {
      // AWSCURRENT has moved and logs in: what is left over on the server does no harm, and the next rotation finds it.
      this.d.logger.warn('cleaning up on the server after a rotation failed', {
        secretArn: call.secretArn,
        versionId: call.token,
        name: this.fn.name,
        reason: error instanceof TargetUnreachable ? error.why : failureOf(error).code,
      });
    }
  }

  /** Only the log says why a server could not be reached. */
  private async logged(call: StepCall, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      logUnreachable(this.d.logger, call, this.fn.name, error);
      throw error;
    }
  }

  private built(call: StepCall) {
    return { secret: this.secretOf(call), random: this.d.random, signal: call.signal };
  }

  private secretOf(call: StepCall): OpenSecret {
    const known = this.secrets.get(call);
    if (known) return known;
    const secret = new OpenSecret({ secretArn: call.secretArn, token: call.token }, this.d.values, call.signal);
    this.secrets.set(call, secret);
    return secret;
  }
}
