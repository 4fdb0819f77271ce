import type { Caller } from '@strongroom/access';
import type { EncryptRequest, EncryptResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { EVENTS_ALIAS, TRAIL_ALIAS } from '../domain/default-keys';
import { AUDIT_SERVICE, NOTIFICATION_SERVICE } from '../domain/key-policy';
import { keyTarget } from '../domain/key-target';
import { requireContext, requireEncryptionAlgorithm, requirePlaintext } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { encryptWith } from './encryption';
import { endDryRun, noteContext, scopeOf, usableKey, useOf } from './key-call';

export const encrypt = (d: Dependencies) =>
  unary<EncryptRequest, EncryptResponse, Caller>(async (request, call) => {
    const plaintext = requirePlaintext(request.plaintext);
    const context = requireContext(request.encryptionContext);
    noteContext(call, context);
    const target = keyTarget(request.keyId, scopeOf(d, call));
    // The first seal creates the key.
    const { accountId, principal } = call.caller;
    if (target.alias === TRAIL_ALIAS && principal.arn === AUDIT_SERVICE) await d.trailKeys.of(accountId);
    if (target.alias === EVENTS_ALIAS && principal.arn === NOTIFICATION_SERVICE) await d.eventsKeys.of(accountId);
    const key = await usableKey(d, call, 'Encrypt', target, useOf(request));
    const algorithm = requireEncryptionAlgorithm(request.encryptionAlgorithm, key);
    endDryRun(request);
    const { ciphertextBlob } = await encryptWith(d, key, algorithm, plaintext, context);
    return { ciphertextBlob, keyId: key.arn, encryptionAlgorithm: algorithm };
  });
