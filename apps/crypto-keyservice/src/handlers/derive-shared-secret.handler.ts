import type { Caller } from '@strongroom/access';
import type { DeriveSharedSecretRequest, DeriveSharedSecretResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { auditOf } from '@strongroom/audit-trail';
import { deriveSharedSecret as derive, requireAlgorithm } from '@strongroom/key-algorithms';
import { ALGORITHMS, requireOneOf, requirePublicKey } from '../domain/limits';
import type { Dependencies } from './dependencies';
import { endDryRun, keyFor } from './key-call';

export const deriveSharedSecret = (d: Dependencies) =>
  unary<DeriveSharedSecretRequest, DeriveSharedSecretResponse, Caller>(async (request, call) => {
    const algorithm = requireOneOf('KeyAgreementAlgorithm', request.keyAgreementAlgorithm, ALGORITHMS.KEY_AGREEMENT);
    const peer = requirePublicKey(request.publicKey);
    auditOf(call).parameter('keyAgreementAlgorithm', algorithm);
    const { grantTokens } = request;
    const conditions = { 'kms:keyagreementalgorithm': algorithm };
    const key = await keyFor(d, call, 'DeriveSharedSecret', request.keyId, { grantTokens, conditions });
    requireAlgorithm(key.spec, 'KEY_AGREEMENT', algorithm);
    endDryRun(request);
    return {
      keyId: key.arn,
      sharedSecret: derive(d.pairs.privateKey(key), algorithm, peer),
      keyAgreementAlgorithm: algorithm,
      keyOrigin: key.origin,
    };
  });
