import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type { DecryptRequest, DecryptResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { parseKeyBlob } from '@strongroom/envelope';
import { unary } from '@strongroom/grpc-kit';
import { incorrectKey } from '../domain/key-errors';
import { findKey, keyTarget } from '../domain/key-target';
import { requireCiphertext, requireContext } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { contextKeys } from './key-access';
import { noteContext, scopeOf } from './key-call';

export const decrypt = (d: Dependencies) =>
  unary<DecryptRequest, DecryptResponse, Caller>(async (request, call) => {
    const blob = requireCiphertext(request.ciphertextBlob);
    const context = requireContext(request.encryptionContext);
    const named = request.keyId === undefined ? undefined : keyTarget(request.keyId, scopeOf(d, call));
    noteContext(call, context);
    const found = await d.keys.byId(parseKeyBlob(blob).keyId);
    if (found?.accountId === call.caller.accountId) auditOf(call).resource(found.arn, 'AWS::KMS::Key');
    const key = d.access.requireForCiphertext(call, found, contextKeys(context), named);
    auditOf(call).account(key.accountId);
    auditOf(call).resource(key.arn, 'AWS::KMS::Key');
    // A key that does not exist is also not the right one; the error does not say which of the two it is.
    if (named && (await findKey(d.keys, named))?.keyId !== key.keyId) {
      throw incorrectKey('The key ID in the request does not identify a CMK that can perform this operation.');
    }
    return { plaintext: d.ring.decrypt(key, blob, context), keyId: key.arn };
  });
