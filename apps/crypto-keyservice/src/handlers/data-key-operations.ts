import { onBehalfOf, type CallOrigin } from '@strongroom/access';
import type { DataKey, DataKeyOperation, DataKeyOutcome } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { DATA_KEY_LENGTH, type EncryptionContext, forget, parseKeyBlob, secretEncryptionContext } from '@strongroom/envelope';
import { isDomainError } from '@strongroom/errors';
import { statusCodeOf } from '@strongroom/grpc-kit';
import { inEntrySpan, isTracing } from '@strongroom/tracing';
import { SECRETS_MANAGER_ALIAS } from '../domain/default-keys';
import { keyNotFound, validationFailed } from '../domain/key-errors';
import type { KeyRecord } from '../domain/key-record';
import { aliasTarget, findKey, keyTarget } from '../domain/key-target';
import { SYMMETRIC_DEFAULT } from '../domain/limits';
import type { Dependencies } from './dependencies';
import type { KeyContext, KeyUse } from './key-access';

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
  const use: KeyUse = { encryptionContext: context, conditions: SYMMETRICALLY };
  /** A service uses the key for the secret, on nobody's behalf. */
  const useBy = ({ caller }: CallOrigin): KeyUse => (caller.kind === 'service' ? { ...use, sourceArn: secretArn } : use);
  switch (operation?.$case) {
    case 'decryptCiphertextBlob': {
      const blob = operation.value;
      // This comes before any read: if a malformed blob were found only later, nobody would handle the failure of the reads in
      // progress.
      const { keyId, materialVersion } = parseKeyBlob(blob);
      const [origin, found] = await Promise.all([originOf(d, request), d.keys.byId(keyId, materialVersion)]);
      const key = await d.access.requireForCiphertext(origin, 'Decrypt', found, useBy(origin));
      const { plaintext } = d.ring.decrypt(key, blob, context);
      noteUse(d, request, 'Decrypt', key);
      return { plaintext, ciphertextBlob: NOTHING, keyArn: key.arn };
    }
    case 'generateUnderKeyId': {
      const origin = await originOf(d, request);
      const scope = { accountId: request.accountId, region: d.region };
      const target = operation.value === '' ? aliasTarget(SECRETS_MANAGER_ALIAS, scope) : keyTarget(operation.value, scope);
      const isDefault = target.alias === SECRETS_MANAGER_ALIAS && target.accountId === scope.accountId;
      const found = isDefault ? await d.defaultKeys.of(scope.accountId) : await findKey(d.keys, target);
      const key = await d.access.require(origin, 'GenerateDataKey', target, found, useBy(origin));
      const { plaintext, ciphertextBlob } = d.ring.generateDataKey(key, DATA_KEY_LENGTH, context);
      noteUse(d, request, 'GenerateDataKey', key);
      return { plaintext, ciphertextBlob, keyArn: key.arn };
    }
    case 'reEncryptCiphertextBlob': {
      if (request.caller) throw validationFailed('caller must be absent: a service re-encrypts its data keys by itself.');
      return reEncrypted(d, operation.value, context);
    }
    default:
      throw validationFailed('operation must be given.');
  }
}

/**
 * No policy decides: whoever started the service's work was authorised (ADR 19), and what comes out opens for exactly those for
 * whom the old one opened. GetKeyLastUsage does not show it: whoever thinks of deleting a key asks when it was last needed.
 */
async function reEncrypted(d: Dependencies, blob: Buffer, context: EncryptionContext): Promise<DataKey> {
  const { keyId, materialVersion } = parseKeyBlob(blob);
  const key = await d.keys.byId(keyId, materialVersion);
  if (!key) throw keyNotFound(keyId);
  const { plaintext } = d.ring.decrypt(key, blob, context);
  try {
    return { plaintext: NOTHING, ciphertextBlob: d.ring.encrypt(key, plaintext, context).ciphertextBlob, keyArn: key.arn };
  } finally {
    forget(plaintext);
  }
}

const originOf = async (d: Dependencies, { caller }: DataKeyOperation): Promise<CallOrigin> => ({
  ...(await onBehalfOf(caller, d.principals)),
  via: 'secretsmanager',
});

/** The event of the secret is the event of this use. */
function noteUse(d: Dependencies, { caller }: DataKeyOperation, operation: string, { keyId }: KeyRecord): void {
  d.lastUses.note({ keyId, operation, eventId: '', requestId: caller?.requestId ?? '' });
}

const NOTHING = Buffer.alloc(0);
const SYMMETRICALLY: KeyContext = { 'kms:encryptionalgorithm': SYMMETRIC_DEFAULT };

/** The same error as in a separate call: of an unknown error it says only that it happened. */
const describe = (error: unknown) =>
  isDomainError(error)
    ? { code: statusCodeOf(error.kind), reason: error.reason, message: error.message }
    : { code: statusCodeOf('internal'), reason: 'InternalServiceError', message: 'internal error' };
