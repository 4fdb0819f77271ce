import type { Caller } from '@strongroom/access';
import type {
  ListKeyRotationsRequest,
  ListKeyRotationsResponse,
  RotationsListEntry,
} from '@strongroom/contracts/strongroom/keys/v1/keys';
import { keyNumbers } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { expirationModel } from '../domain/import-rules';
import { validationFailed } from '../domain/key-errors';
import type { KeyRecord } from '../domain/key-record';
import { requireLimit, requireMaterialMarker } from '../domain/limits';
import type { MaterialRecord } from '../domain/materials.port';
import { requireRotations } from '../domain/rotation-rules';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';

export const listKeyRotations = (d: Dependencies) =>
  unary<ListKeyRotationsRequest, ListKeyRotationsResponse, Caller>(async (request, call) => {
    const limit = requireLimit(request.limit, { ...keyNumbers.limit, byDefault: 100 });
    const after = requireMaterialMarker(request.marker);
    const onlyRotations = isOnlyRotations(request.includeKeyMaterial);
    const key = await keyFor(d, call, 'ListKeyRotations', request.keyId);
    requireRotations(key);
    // Reads one more than requested, to know whether there is another page.
    const materials = await d.rotations.listMaterials(key.keyId, { after, limit: limit + 1, onlyRotations });
    const page = materials.slice(0, limit);
    const truncated = materials.length > limit;
    return {
      rotations: page.map((material) => toEntry(d, { ...key, materials: [material] }, material)),
      truncated,
      nextMarker: truncated ? String(page.at(-1)!.version) : '',
    };
  });

function isOnlyRotations(includeKeyMaterial: string): boolean {
  if (!['', 'ROTATIONS_ONLY', 'ALL_KEY_MATERIAL'].includes(includeKeyMaterial)) {
    throw validationFailed('IncludeKeyMaterial must be ROTATIONS_ONLY or ALL_KEY_MATERIAL.');
  }
  return includeKeyMaterial !== 'ALL_KEY_MATERIAL';
}

function toEntry(d: Dependencies, key: KeyRecord, material: MaterialRecord): RotationsListEntry {
  const { expiresAt } = material;
  const isThere = material.wrapped !== undefined && !(expiresAt && expiresAt <= d.clock.now());
  const isImported = key.origin === 'EXTERNAL';
  return {
    keyId: key.arn,
    keyMaterialId: d.ring.materialIdOf(key, material.version),
    keyMaterialDescription: material.description ?? '',
    importState: isImported ? (isThere ? 'IMPORTED' : 'PENDING_IMPORT') : '',
    keyMaterialState: stateOf(key, material),
    expirationModel: isImported && isThere ? expirationModel(expiresAt) : '',
    validTo: isThere ? expiresAt : undefined,
    rotationDate: material.rotatedAt,
    rotationType: material.rotationType ?? '',
  };
}

function stateOf({ currentMaterial }: KeyRecord, { version }: MaterialRecord): string {
  if (version === currentMaterial) return 'CURRENT';
  return version < currentMaterial ? 'NON_CURRENT' : 'PENDING_ROTATION';
}
