import type { DeriveSigningKeyRequest, DeriveSigningKeyResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { equalInConstantTime } from '../domain/hashing/session-secrets';
import type { KeyScope } from '../domain/hashing/signing-key';
import { checkKeyScope } from '../domain/key-scope';
import type { Dependencies } from './dependencies';

const NOBODY: DeriveSigningKeyResponse = { outcome: undefined };

export const deriveSigningKey = (d: Dependencies) =>
  unary<DeriveSigningKeyRequest, DeriveSigningKeyResponse>(async (request, call) => {
    const { accessKeyId, sessionTokenHash } = request;
    const scope = checkKeyScope(request, d.clock.millis());
    if (sessionTokenHash !== undefined) return ofSession(d, accessKeyId, sessionTokenHash, scope, call.deadline);
    const key = await d.reader.accessKey(accessKeyId, call.deadline);
    if (!key?.active) return NOBODY;
    return toKey(`key:${accessKeyId}`, d.mint.signingKey(accessKeyId, key.sealedSecret, scope), key.accountId);
  });

async function ofSession(d: Dependencies, accessKeyId: string, tokenHash: Buffer, scope: KeyScope, deadline: number) {
  const session = await d.reader.session(accessKeyId, deadline);
  if (!session || !equalInConstantTime(session.tokenHash, tokenHash)) return NOBODY;
  if (session.expireTime.getTime() <= d.clock.millis()) return { outcome: { $case: 'expired', value: true } } as const;
  return toKey(`session:${accessKeyId}`, d.mint.signingKey(accessKeyId, session.sealedSecret, scope), session.accountId);
}

const toKey = (credentialId: string, key: Buffer, accountId: string): DeriveSigningKeyResponse => ({
  outcome: { $case: 'key', value: { key, credentialId, accountId } },
});
