import type { RotationRules } from '@strongroom/schedule';
import { AWSCURRENT, AWSPENDING, type Labels } from '../labels';

/** How a secret is rotated; present after the first RotateSecret. */
export interface RotationConfiguration {
  functionArn: string;
  /** False once CancelRotateSecret has turned it off. */
  enabled: boolean;
  /** Absent: only on demand. */
  rules?: RotationRules;
  /** When a rotation was completed last. */
  lastRotatedAt?: Date;
  /** Absent when rotation is off or has no schedule. */
  next?: NextRotation;
}

export interface NextRotation {
  /** When it is started. */
  at: Date;
  /** The last instant of its window. */
  by: Date;
}

/**
 * - open: to be worked on
 * - failed: given up for now, to be attempted again for the same version
 * - complete: its version has become AWSCURRENT, or the test has passed
 * - abandoned: somebody wrote a new AWSCURRENT, took AWSPENDING away, rolled it back, cancelled it, or deleted the secret
 */
export type RotationState = 'open' | 'failed' | 'complete' | 'abandoned';

/** The last requested rotation. A secret has one at a time. */
export interface RotationRequest {
  /** The id of the version that will become AWSCURRENT. */
  token: string;
  /** A test runs only testSecret, with a copy of AWSCURRENT that is deleted afterwards. */
  kind: 'rotate' | 'test';
  state: RotationState;
  functionArn: string;
  /** From 1. */
  attempt: number;
  /** When this attempt was. */
  requestedAt: Date;
  /** The ARN of the caller of RotateSecret; '' for a scheduled rotation. */
  initiatedBy: string;
  /** Proves to PutSecretValue that it is called for this rotation. */
  rotationToken: string;
}

/** Whether its version may still become AWSCURRENT. A failed test has ended: its copy is gone. */
export function isUnderWay({ state, kind }: RotationRequest): boolean {
  return state === 'open' || (state === 'failed' && kind === 'rotate');
}

/** The version of an incomplete rotation, according to the labels. */
export function incompleteVersion(labels: Labels): string | undefined {
  const pending = labels.get(AWSPENDING);
  return pending === labels.get(AWSCURRENT) ? undefined : pending;
}

/** The meaning of new labels, whoever set them, for an open rotation. */
export function effectOfLabels(request: RotationRequest, before: Labels, after: Labels): 'complete' | 'abandoned' | undefined {
  const current = after.get(AWSCURRENT);
  if (current === request.token && request.kind === 'rotate') return 'complete';
  if (current !== before.get(AWSCURRENT)) return 'abandoned';
  return after.get(AWSPENDING) === request.token ? undefined : 'abandoned';
}

/** How a rotation ended if only the labels remain. */
export function stateByLabels(labels: Labels, token: string): RotationState {
  return [...labels].some(([label, versionId]) => label !== AWSPENDING && versionId === token) ? 'complete' : 'abandoned';
}
