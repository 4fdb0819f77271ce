import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  GetParametersForImportRequest,
  GetParametersForImportResponse,
} from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { wrappingFor } from '@strongroom/key-import';
import { requireExternal } from '../domain/import-rules';
import type { Dependencies } from './dependencies';
import { keyFor } from './key-call';

export const getParametersForImport = (d: Dependencies) =>
  unary<GetParametersForImportRequest, GetParametersForImportResponse, Caller>(async (request, call) => {
    const { wrappingAlgorithm, wrappingKeySpec } = request;
    const key = await keyFor(d, call, 'GetParametersForImport', request.keyId, {
      conditions: { 'kms:wrappingalgorithm': wrappingAlgorithm, 'kms:wrappingkeyspec': wrappingKeySpec },
    });
    requireExternal(key);
    const wrapping = wrappingFor(key.spec, request);
    auditOf(call).parameter('wrappingAlgorithm', wrapping.wrappingAlgorithm);
    auditOf(call).parameter('wrappingKeySpec', wrapping.wrappingKeySpec);
    const { importToken, publicKey, validTo } = await d.importer.parameters(key, wrapping);
    return { keyId: key.arn, importToken, publicKey, parametersValidTo: validTo };
  });
