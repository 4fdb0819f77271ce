/** A secret by name or ARN: its current version, or the version that has a stage, an id, or both. */
export type SecretReference = string | { secretId: string; versionStage?: string; versionId?: string };

/** What GetSecretValue is asked for. */
export interface Wanted {
  readonly secretId: string;
  readonly versionStage?: string;
  readonly versionId?: string;
}

const FIELDS = ['secretId', 'versionStage', 'versionId'] as const;
const CURRENT = 'AWSCURRENT';

/** @throws TypeError that names the field and the rule */
export function readReference(secret: SecretReference): Wanted {
  const given: Partial<Wanted> = typeof secret === 'string' ? { secretId: secret } : secret;
  if (typeof given !== 'object' || given === null)
    throw new TypeError('secret must be a name, an ARN, or an object with secretId');
  if (given.secretId === undefined) throw new TypeError('secretId must be set');
  for (const field of FIELDS) {
    const text: unknown = given[field];
    if (text !== undefined && (typeof text !== 'string' || text === '')) {
      throw new TypeError(`${field} must be a text of at least one character`);
    }
  }
  const { secretId, versionStage, versionId } = given;
  return { secretId, ...(versionStage !== undefined && { versionStage }), ...(versionId !== undefined && { versionId }) };
}

/** A policy may allow a stage only to those who name it, so what names AWSCURRENT is kept apart from what does not. */
export const keyOf = ({ secretId, versionStage, versionId }: Wanted): string =>
  JSON.stringify([secretId, versionStage, versionId]);

/** The label that the version must have; undefined: none. */
export const stageOf = ({ versionStage, versionId }: Wanted): string | undefined =>
  versionStage ?? (versionId === undefined ? CURRENT : undefined);
