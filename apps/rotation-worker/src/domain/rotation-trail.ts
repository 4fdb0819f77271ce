import { serviceEvent, type AuditEvent, type AuditRecorder } from '@strongroom/audit-trail';
import type { Clock } from '@strongroom/clock';
import { derivedId } from './hashing/derived-id';
import type { RotationRun, StepTry } from './rotation-run';

const SERVICE = 'rotation-worker';

export interface RotationTrailOptions {
  recorder: AuditRecorder;
  clock: Clock;
  region: string;
  /** The cluster's own account, which the worker belongs to. */
  accountId: string;
}

type Outcome = Pick<AuditEvent, 'errorCode' | 'errorMessage'>;
const well: Outcome = { errorCode: '', errorMessage: '' };

/**
 * Records rotations in the audit trail under the worker's own identity. If a crash makes the worker record something again, it
 * has the same event id and is in the trail once.
 * @throws ServiceUnavailableException if the event is not durable
 */
export class RotationTrail {
  constructor(private readonly options: RotationTrailOptions) {}

  started(run: RotationRun): Promise<void> {
    return this.record(run, nameOf(run, 'Started'), [run.runId], well);
  }

  /** Records one try of a step, whatever its outcome. */
  step(run: RotationRun, { step, tryId, durationMs, errorCode, errorMessage }: StepTry): Promise<void> {
    const parameters = { step, durationMs: String(durationMs ?? '') };
    return this.record(run, 'RotationStep', [tryId], { errorCode, errorMessage }, parameters);
  }

  /**
   * Records the end of a run that has succeeded or failed. secrets-api records the end of an abandoned run, together with its
   * cause.
   */
  async ended(run: RotationRun, outcome: Outcome = well): Promise<void> {
    if (run.state === 'succeeded') await this.record(run, nameOf(run, 'Succeeded'), [run.runId], outcome);
    if (run.state === 'failed') await this.record(run, nameOf(run, 'Failed'), [run.runId], outcome);
  }

  private async record(
    run: RotationRun,
    eventName: string,
    identity: readonly string[],
    outcome: Outcome,
    parameters: Record<string, string> = {},
  ): Promise<void> {
    const { recorder, clock, region, accountId } = this.options;
    await recorder.record(
      serviceEvent({
        service: SERVICE,
        identity: { arn: `arn:aws:iam::${accountId}:service/${SERVICE}`, accountId },
        eventId: derivedId('event', eventName, ...identity),
        eventTime: clock.now(),
        eventSource: 'secretsmanager.amazonaws.com',
        eventName,
        awsRegion: region,
        recipientAccountId: run.accountId,
        userAgent: SERVICE,
        requestId: run.runId,
        resources: [{ arn: run.secretArn, type: 'AWS::SecretsManager::Secret', versionId: run.versionId }],
        requestParameters: {
          functionArn: run.functionArn,
          attempt: String(run.attempt),
          ...(run.initiatedBy && { initiatedBy: run.initiatedBy }),
          ...parameters,
        },
        ...outcome,
      }),
    );
  }
}

const nameOf = ({ kind }: RotationRun, what: string): string => `${kind === 'test' ? 'TestRotation' : 'Rotation'}${what}`;
