import { invalidParameter } from '@strongroom/errors';
import type { FoundRotation } from '../../domain/rotation/rotation-requests';
import { AWSCURRENT, AWSPENDING, AWSPREVIOUS } from '../../domain/labels';
import type { FoundSecret } from '../../domain/secret-reader.port';
import type { RotationDependencies } from './dependencies';

const STAGES = [AWSCURRENT, AWSPENDING, AWSPREVIOUS] as const;

/** @throws InvalidParameterException naming `field` */
export function readStage(text: string, field: string): (typeof STAGES)[number] {
  const stage = STAGES.find((one) => one === text);
  if (!stage) throw invalidParameter(`${field} must be ${STAGES.join(', ')}.`);
  return stage;
}

/** The version of a label of the rotating secret; AWSPENDING is the rotation's own. Undefined if no version has the label. */
export function versionOf(
  { requests }: RotationDependencies,
  rotation: FoundRotation,
  label: (typeof STAGES)[number],
): Promise<FoundSecret | undefined> {
  const { token } = rotation.request;
  const versionId = label === AWSPENDING ? token : rotation.secret.labels.get(label);
  if (versionId === undefined) return Promise.resolve(undefined);
  return versionId === token ? Promise.resolve(rotation) : requests.version(rotation, versionId);
}
