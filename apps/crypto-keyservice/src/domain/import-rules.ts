import { DAY } from '@strongroom/clock';
import { keyNumbers, keyTexts, obeys } from '@strongroom/field-rules';
import { unsupportedOperation, validationFailed } from './key-errors';
import { isSymmetric, type KeyRecord } from './key-record';
import { sizeIn } from './limits';
import type { ImportType } from './materials.port';

const EXPIRES = 'KEY_MATERIAL_EXPIRES';
const DOES_NOT_EXPIRE = 'KEY_MATERIAL_DOES_NOT_EXPIRE';
/** As in KMS. */
const MAX_VALID_DAYS = 365;

export const expirationModel = (expiresAt: Date | undefined): string => (expiresAt ? EXPIRES : DOES_NOT_EXPIRE);

/** When the material is to expire. @throws DomainError ValidationException */
export function requireExpiration(request: { expirationModel: string; validTo?: Date | undefined }, now: Date): Date | undefined {
  const { expirationModel: model, validTo } = request;
  if (!['', EXPIRES, DOES_NOT_EXPIRE].includes(model)) {
    throw validationFailed(`ExpirationModel must be ${EXPIRES} or ${DOES_NOT_EXPIRE}.`);
  }
  if (model === DOES_NOT_EXPIRE) {
    if (validTo) throw validationFailed(`ValidTo must be absent for ${DOES_NOT_EXPIRE}.`);
    return undefined;
  }
  if (!validTo) throw validationFailed(`ValidTo must be given for ${EXPIRES}.`);
  const ahead = validTo.getTime() - now.getTime();
  if (!(ahead > 0 && ahead <= MAX_VALID_DAYS * DAY)) {
    throw validationFailed(`ValidTo must be in the future, and at most ${MAX_VALID_DAYS} days from now.`);
  }
  return validTo;
}

export function requireImported(field: string, bytes: Buffer): Buffer {
  return sizeIn(bytes, field, keyNumbers.imported);
}

/** @throws DomainError UnsupportedOperationException unless material can be imported for the key */
export function requireExternal({ arn, origin }: Pick<KeyRecord, 'arn' | 'origin'>): void {
  if (origin !== 'EXTERNAL') throw unsupportedOperation(`${arn} origin is ${origin} which is not valid for this operation.`);
}

/** '': none in particular. @throws DomainError ValidationException */
export function requireMaterialId(materialId: string): string | undefined {
  if (materialId === '') return undefined;
  if (!obeys(keyTexts.keyMaterialId, materialId)) throw validationFailed('KeyMaterialId must have 64 hexadecimal digits.');
  return materialId;
}

interface WhichMaterial {
  importType: string;
  keyMaterialId: string;
  keyMaterialDescription: string;
}

/** Which material a request brings. @throws DomainError ValidationException */
export function requireWhichMaterial(request: WhichMaterial) {
  const { importType, keyMaterialDescription: description } = request;
  if (!['', 'NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL'].includes(importType)) {
    throw validationFailed('ImportType must be NEW_KEY_MATERIAL or EXISTING_KEY_MATERIAL.');
  }
  const materialId = requireMaterialId(request.keyMaterialId);
  if (materialId && importType === 'NEW_KEY_MATERIAL') {
    throw validationFailed('KeyMaterialId must be absent for NEW_KEY_MATERIAL.');
  }
  if (description !== '' && !obeys(keyTexts.keyMaterialDescription, description)) {
    throw validationFailed('KeyMaterialDescription must have at most 256 letters, digits, spaces and :/_.-');
  }
  return {
    importType: importType === '' ? undefined : (importType as ImportType),
    materialId,
    description: description === '' ? undefined : description,
  };
}

/**
 * A key that is not symmetric has one material, for ever, so there is no choice.
 * @throws DomainError UnsupportedOperationException
 */
export function requireChoice(key: KeyRecord, which: ReturnType<typeof requireWhichMaterial>): void {
  if (isSymmetric(key)) return;
  for (const [field, value] of [
    ['ImportType', which.importType],
    ['KeyMaterialId', which.materialId],
    ['KeyMaterialDescription', which.description],
  ] as const) {
    if (value) throw unsupportedOperation(`${field} is for symmetric encryption keys only; ${key.arn} key spec is ${key.spec}.`);
  }
}
