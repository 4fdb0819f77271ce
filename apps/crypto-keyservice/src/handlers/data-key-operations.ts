import { onBehalfOf, type CallOrigin } from '@strongroom/access';
import type { DataKey, DataKeyOperation, DataKeyOutcome } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { parseKeyBlob, secretEncryptionContext, DATA_KEY_LENGTH } from '@strongroom/envelope';
import { isDomainError } from '@strongroom/errors';
import { statusCodeOf } from '@strongroom/grpc-kit';
import { inEntrySpan, isTracing } from '@strongroom/tracing';
import { SECRETS_MANAGER_ALIAS } from '../domain/default-keys';
import { validationFailed } from '../domain/key-errors';
import { secretsManagerService } from '../domain/key-policy';
import { aliasTarget, findKey, keyTarget } from '../domain/key-target';
import type { Dependencies } from './dependencies';
import type { KeyContext } from './key-access';

const METHOD = 'strongroom.keys.v1.DataKeyService/StreamDataKeys';

/**
 * Carries out one operation of a batch. Never rejects: each operation fails alone. It requests all its reads in the turn in which
 * it is called, so that the operations of a batch share one statement.
 */
export async function performOperation(d: Dependencies, operation: DataKeyOperation): Promise<DataKeyOutcome> {
  try {
    return { outcome: { $case: 'dataKey', value: await (isTracing() ? dataKeyInSpan(d, operation) : dataKeyFor(d, operation)) } };
  } catch (error) {
    if (!isDomainError(error)) d.logger.error('a data-key operation failed', { requestId: operation.caller?.requestId, error });
    return { outcome: { $case: 'error', value: describe(error) } };
  }
}

/** Each operation of a batch is part of the trace that asked for it. */
function dataKeyInSpan(d: Dependencies, operation: DataKeyOperation): Promise<DataKey> {
  const fields = { 'rpc.system.name': 'grpc', 'rpc.method': METHOD, 'strongroom.request.id': operation.caller?.requestId };
  const { traceparent } = operation;
  return inEntrySpan(METHOD, { kind: 'server', fields, traceparent, isTrusted: true }, () => dataKeyFor(d, operation));
}

async function dataKeyFor(d: Dependencies, request: DataKeyOperation): Promise<DataKey> {
  const { operation, secretArn, secretVersionId } = request;
  if (!/^\d{12}$/.test(request.accountId)) throw validationFailed('account_id must have 12 digits.');
  if (!secretArn || !secretVersionId) throw validationFailed('secret_arn and secret_version_id must be given.');
  const context = secretEncryptionContext({ secretArn, secretVersionId });
  const conditions: KeyContext = {
    'kms:viaservice': secretsManagerService(d.region),
    'kms:encryptioncontextkeys': ['SecretARN', 'SecretVersionId'],
    'kms:encryptioncontext:secretarn': secretArn,
    'kms:encryptioncontext:secretversionid': secretVersionId,
  };
  switch (operation?.$case) {
    case 'decryptCiphertextBlob': {
      const blob = operation.value;
      // This comes before any read: if a malformed blob were found only later, nobody would handle the failure of the reads in
      // progress.
      const { keyId } = parseKeyBlob(blob);
      const [origin, found] = await Promise.all([originOf(d, request), d.keys.byId(keyId)]);
      const key = d.access.requireForCiphertext(origin, found, conditions);
      return { plaintext: d.ring.decrypt(key, blob, context), ciphertextBlob: NOTHING, keyArn: key.arn };
    }
    case 'generateUnderKeyId': {
      const origin = await originOf(d, request);
      const scope = { accountId: request.accountId, region: d.region };
      const target = operation.value === '' ? aliasTarget(SECRETS_MANAGER_ALIAS, scope) : keyTarget(operation.value, scope);
      const isDefault = target.alias === SECRETS_MANAGER_ALIAS && target.accountId === scope.accountId;
      const found = isDefault ? await d.defaultKeys.of(scope.accountId) : await findKey(d.keys, target);
      const key = d.access.require(origin, 'kms:GenerateDataKey', target, found, conditions);
      return { ...d.ring.generateDataKey(key, DATA_KEY_LENGTH, context), keyArn: key.arn };
    }
    default:
      throw validationFailed('operation must be given.');
  }
}

const originOf = async (d: Dependencies, { caller }: DataKeyOperation): Promise<CallOrigin> => ({
  ...(await onBehalfOf(caller, d.principals)),
  via: 'secretsmanager',
});

const NOTHING = Buffer.alloc(0);

/** The same error as in a separate call: of an unknown error it says only that it happened. */
const describe = (error: unknown) =>
  isDomainError(error)
    ? { code: statusCodeOf(error.kind), reason: error.reason, message: error.message }
    : { code: statusCodeOf('internal'), reason: 'InternalServiceError', message: 'internal error' };
