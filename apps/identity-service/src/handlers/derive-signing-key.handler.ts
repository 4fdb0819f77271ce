import type { DeriveSigningKeyRequest, DeriveSigningKeyResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { DAY } from '@strongroom/clock';
import { unary } from '@strongroom/grpc-kit';
import { equalInConstantTime } from '../domain/hashing/session-secrets';
import type { KeyScope } from '../domain/hashing/signing-key';
import { validationError } from '../domain/iam-errors';
import type { Dependencies } from './dependencies';

/** Those that aws-gateway speaks for. */
const SERVICES: ReadonlySet<string> = new Set(['secretsmanager', 'kms', 'sts', 'iam']);
/** Where clients sign for that know services which are the same everywhere. */
const REGION = /^(?:aws-global|[a-z]{2}(?:-[a-z0-9]+)+)$/;
/** From today: a presigned request is good for a week from when it was signed, and a client's clock may be ahead. */
const DAYS = [0, -1, 1, -2, -3, -4, -5, -6, -7];
const NOBODY: DeriveSigningKeyResponse = { outcome: undefined };

export const deriveSigningKey = (d: Dependencies) =>
  unary<DeriveSigningKeyRequest, DeriveSigningKeyResponse>(async (request, call) => {
    const { accessKeyId, sessionTokenHash } = request;
    const scope = checkScope(request, d.clock.millis());
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

/** No key for other days: whoever has taken aws-gateway over cannot lay in a stock. */
function checkScope({ date, region, service }: DeriveSigningKeyRequest, now: number): KeyScope {
  const isNear = DAYS.some((days) => new Date(now + days * DAY).toISOString().slice(0, 10).replaceAll('-', '') === date);
  if (!isNear) throw validationError('date must be a day from seven days ago to tomorrow as yyyymmdd.');
  if (!REGION.test(region)) throw validationError('region must be a region such as us-east-1.');
  if (!SERVICES.has(service)) throw validationError(`service must be one of ${[...SERVICES].join(', ')}.`);
  return { date, region, service };
}
