import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { ImportKeyMaterialRequest, ImportKeyMaterialResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import {
  expirationModel,
  requireChoice,
  requireExpiration,
  requireExternal,
  requireImported,
  requireWhichMaterial,
} from '../domain/import-rules';
import { isSymmetric } from '../domain/key-record';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';

export const importKeyMaterial = (d: Dependencies) =>
  unary<ImportKeyMaterialRequest, ImportKeyMaterialResponse, Caller>(async (request, call) => {
    const token = requireImported('ImportToken', request.importToken);
    const encrypted = requireImported('EncryptedKeyMaterial', request.encryptedKeyMaterial);
    const which = requireWhichMaterial(request);
    const expiresAt = requireExpiration(request, d.clock.now());
    const model = expirationModel(expiresAt);
    const key = await keyFor(d, call, 'ImportKeyMaterial', request.keyId, {
      conditions: {
        'kms:expirationmodel': model,
        // Epoch seconds.
        ...(expiresAt && { 'kms:validto': String(expiresAt.getTime() / 1_000) }),
      },
    });
    requireExternal(key);
    requireChoice(key, which);
    const audit = auditOf(call);
    audit.parameter('expirationModel', model);
    if (expiresAt) audit.parameter('validTo', expiresAt.toISOString());
    if (which.importType) audit.parameter('importType', which.importType);

    const material = await d.importer.unwrap(key, token, encrypted);
    try {
      const keyMaterialId = isSymmetric(key) ? material.materialId : '';
      if (keyMaterialId) audit.response('keyMaterialId', keyMaterialId);
      await d.imports.import(key.keyId, { ...which, material, expiresAt }, writeOf(call));
      return { keyId: key.arn, keyMaterialId };
    } finally {
      material.forget();
    }
  });
