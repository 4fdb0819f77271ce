import type { Clock } from '@strongroom/clock';
import { AWSCURRENT, AWSPENDING, type Labels } from '../labels';
import type { LockedSecret } from '../secret-store.port';
import { labelChanges } from '../staging-labels';
import { pruneVersions } from '../version-retention';
import { effectOfLabels, isUnderWay, type RotationConfiguration, type RotationRequest, type RotationState } from './rotation';
import { rescheduled } from './rotation-calendar';
import type { RotationTrail } from './rotation-ports';

/**
 * Keeps a secret's rotation consistent with its labels, in the transaction that changes them: every write of labels goes through
 * here. So no write, whatever it changes, can leave a rotation that works on a version which can no longer become AWSCURRENT.
 */
export class RotationLedger {
  constructor(
    private readonly clock: Clock,
    private readonly trail: RotationTrail,
  ) {}

  /** Writes labels that a caller has changed. Returns the resulting labels: an abandoned rotation loses AWSPENDING. */
  async setLabels(locked: LockedSecret, after: Labels): Promise<Labels> {
    const { labels: before, rotation } = locked.secret;
    const request = rotation && (await this.underWay(locked));
    const effect = request && effectOfLabels(request, before, after);
    if (effect) return this.end(locked, request, effect, effect === 'abandoned' ? withoutPending(after, request) : after);
    await this.write(locked, after);
    // A value that is written by hand counts as a rotation.
    if (rotation && after.get(AWSCURRENT) !== before.get(AWSCURRENT)) await this.reschedule(locked, rotation);
    return after;
  }

  /** Ends an open rotation, and with it its version, if only the rotation kept that version. */
  async end(
    locked: LockedSecret,
    request: RotationRequest,
    state: Extract<RotationState, 'complete' | 'abandoned' | 'failed'>,
    labels: Labels,
  ): Promise<Labels> {
    const { secret } = locked;
    await this.write(locked, labels);
    await this.discard(locked, request, labels);
    await locked.putRotationRequest({ ...request, state });
    const { rotation } = secret;
    const rotated = state === 'complete' && request.kind === 'rotate';
    if (rotation) await this.reschedule(locked, rotated ? { ...rotation, lastRotatedAt: this.clock.now() } : rotation);
    if (state === 'abandoned') await this.trail.abandoned(secret, request);
    return labels;
  }

  /**
   * The secret will be deleted, or its rotation is turned off, so an open rotation ends. Returns the resulting labels. A version
   * that has its value may stay AWSPENDING.
   */
  async stop(locked: LockedSecret, options: { keepPending: boolean }): Promise<Labels> {
    const { labels, rotation } = locked.secret;
    const request = rotation && (await this.underWay(locked));
    if (!request) return labels;
    const kept = options.keepPending && request.kind === 'rotate' && (await hasValue(locked, request.token));
    return this.end(locked, request, 'abandoned', kept ? labels : withoutPending(labels, request));
  }

  private async underWay(locked: LockedSecret): Promise<RotationRequest | undefined> {
    const request = await locked.rotationRequest();
    return request && isUnderWay(request) ? request : undefined;
  }

  private async write(locked: LockedSecret, labels: Labels): Promise<void> {
    const before = locked.secret.labels;
    await locked.setLabels(labelChanges(before, labels));
    const current = labels.get(AWSCURRENT);
    if (current !== undefined && current !== before.get(AWSCURRENT)) await locked.rememberCurrent(current);
  }

  private async reschedule(locked: LockedSecret, rotation: RotationConfiguration): Promise<void> {
    const now = this.clock.now();
    await locked.update({ rotation: rescheduled(rotation, locked.secret.arn, now), lastChangedAt: now });
  }

  /** Copies for a test, and versions that never got a value, need not be kept. */
  private async discard(locked: LockedSecret, { token, kind }: RotationRequest, labels: Labels): Promise<void> {
    const isLabelled = [...labels.values()].includes(token);
    if (!isLabelled && (kind === 'test' || !(await hasValue(locked, token)))) await locked.deleteVersions([token]);
    await pruneVersions(locked, this.clock.now());
  }
}

/** Removes AWSPENDING from the rotation's version, not from another one. */
export function withoutPending(labels: Labels, { token }: Pick<RotationRequest, 'token'>): Labels {
  if (labels.get(AWSPENDING) !== token) return labels;
  const left = new Map(labels);
  left.delete(AWSPENDING);
  return left;
}

/** Whether the secret has this version, and a value in it. */
export async function hasValue(locked: LockedSecret, token: string): Promise<boolean> {
  return (await locked.version(token))?.kmsKeyArn !== undefined;
}
