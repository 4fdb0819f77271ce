import { invalidRequest } from '@strongroom/errors';
import type { RotationFunction, RotationFunctions } from './rotation-function.port';
import type { RotationRequest, RotationRequests } from './rotation-request.port';
import { firstStep, type RotationRun } from './rotation-run';
import type { RunHistory } from './run-history.port';
import { failureOf } from './step-failure';
import type { StepQueue } from './step-queue.port';

export interface RolledBack {
  versionId: string;
  /** Whether AWSCURRENT could log in. */
  currentVerified: boolean;
}

/** The operations of users on failed rotations. */
export class RunControl {
  constructor(
    private readonly d: {
      requests: RotationRequests;
      history: Pick<RunHistory, 'newest' | 'rollBack'>;
      functions: RotationFunctions;
      queue: StepQueue;
    },
  ) {}

  /** Attempts the pending version of a failed rotation again. Returns its id. */
  async retry(secretArn: string, beforeChange: () => Promise<void>): Promise<string> {
    const { request } = await this.last(secretArn);
    if (request.kind === 'test') throw invalidRequest('A test of the configuration is not retried; call RotateSecret again.');
    await beforeChange();
    const open = request.state === 'open' ? request : await this.d.requests.reopen(request);
    // The scan would find it, a few seconds later.
    await this.d.queue
      .add({ secretArn, token: open.token, attempt: open.attempt, step: firstStep(open.kind) })
      .catch(() => undefined);
    return open.token;
  }

  /** Drops the pending version of a failed rotation, if AWSCURRENT logs in. */
  async rollBack(secretArn: string, signal: AbortSignal, beforeChange: () => Promise<void>): Promise<RolledBack> {
    const { request, run } = await this.last(secretArn);
    // A running step could make the server accept only the version that is dropped.
    if (request.state === 'open')
      throw invalidRequest('The rotation is still being attempted; it can be rolled back once it has failed.');
    const fn = await this.d.functions.find(request.functionArn);
    const currentVerified = await this.verify(fn, request, signal);
    await beforeChange();
    await this.d.requests.dropPending(request);
    await this.d.history.rollBack(run.runId);
    return { versionId: request.token, currentVerified };
  }

  private async last(secretArn: string): Promise<{ run: RotationRun; request: RotationRequest }> {
    const newest = await this.d.history.newest(secretArn);
    const request = newest && (await this.d.requests.find({ secretArn, token: newest.run.versionId }));
    if (!request || (request.state !== 'failed' && request.state !== 'open')) {
      throw invalidRequest('This secret has no failed rotation that can be retried or rolled back.');
    }
    return { run: newest.run, request };
  }

  private async verify(fn: RotationFunction, request: RotationRequest, signal: AbortSignal): Promise<boolean> {
    if (!fn.testCurrent) return false;
    const { secretArn, token, rotationToken } = request;
    try {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(fn.timeoutMs)]);
      await fn.testCurrent({ secretArn, token, rotationToken, signal: patience });
      return true;
    } catch (error) {
      const { code, message } = failureOf(error);
      throw invalidRequest(`AWSCURRENT could not log in, so the new version is kept; retry the rotation. ${code}: ${message}`);
    }
  }
}
