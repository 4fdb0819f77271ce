import type { Clock } from '@strongroom/clock';
import type { Logger } from '@strongroom/telemetry';
import type { RotationMetrics } from './rotation-metrics.port';
import type { RotationRequest } from './rotation-request.port';
import type { RotationRun, StepTry } from './rotation-run';
import type { RotationTrail } from './rotation-trail';
import type { RunHistory } from './run-history.port';

export interface Ending {
  stepTry?: StepTry;
  diagnosis?: string;
  errorCode?: string;
  errorMessage?: string;
}

/**
 * Ends runs: first in the trail, then in secrets-api if it must know, last in the history. If this is interrupted, it is
 * repeated.
 */
export class RunEndings {
  constructor(
    private readonly d: {
      history: Pick<RunHistory, 'write'>;
      trail: RotationTrail;
      clock: Clock;
      metrics: RotationMetrics;
      logger: Logger;
    },
  ) {}

  async end(
    run: RotationRun,
    state: 'succeeded' | 'failed' | 'abandoned',
    { stepTry, diagnosis = '', errorCode = '', errorMessage = '' }: Ending = {},
    tellSecretsApi: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const ended: RotationRun = { ...run, state, endedAt: this.d.clock.now(), diagnosis };
    await this.d.trail.ended(ended, { errorCode, errorMessage });
    await tellSecretsApi();
    await this.d.history.write({ run: ended, stepTry });
    this.d.metrics.runEnded(ended);
    this.d.logger.info('a rotation has ended', { secretArn: run.secretArn, versionId: run.versionId, state, reason: errorCode });
  }

  /** Ends a run like its request, which is no longer open or has gone on to a later attempt. */
  async conclude(run: RotationRun, request: RotationRequest | undefined): Promise<void> {
    const state = request?.state ?? 'abandoned';
    if (state === 'complete') return this.end(run, 'succeeded');
    if (state === 'abandoned') return this.end(run, 'abandoned');
    const diagnosis =
      'The worker was interrupted after the last attempt; that attempt says what failed. Call RetryRotation or RollBackRotation.';
    return this.end(run, 'failed', {
      diagnosis,
      errorCode: 'RotationFailed',
      errorMessage: 'all attempts of a step have failed',
    });
  }
}
