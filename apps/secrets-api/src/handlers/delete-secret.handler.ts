import { secretArn } from '@strongroom/arn';
import { auditOf } from '@strongroom/audit-trail';
import type { DeleteSecretRequest, DeleteSecretResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { isDomainError } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { randomString } from '@strongroom/random';
import { requireRecoveryWindow } from '../domain/request-rules';
import { secretNotFound } from '../domain/secret-errors';
import type { SecretTarget } from '../domain/secret-reference';
import { SUFFIX_ALPHABET } from './create-secret.handler';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';
import { writeScope } from './write-scope';

export const deleteSecret = (d: Dependencies) =>
  unary<DeleteSecretRequest, DeleteSecretResponse, Call['caller']>(async (request, call) => {
    const force = request.forceDeleteWithoutRecovery;
    const days = requireRecoveryWindow(request.recoveryWindowInDays, force);
    const located = await d.access.locate(call, request.secretId);
    d.access.auditTarget(call, located);
    const audit = auditOf(call);
    audit.parameter('forceDeleteWithoutRecovery', force || undefined);
    audit.parameter('recoveryWindowInDays', force ? undefined : days);
    const found = d.access.permit(call, 'DeleteSecret', located, {
      'secretsmanager:forcedeletewithoutrecovery': String(force),
      'secretsmanager:recoverywindowindays': force ? undefined : String(days),
    });
    d.access.auditFound(call, located);
    const scope = writeScope(call, located.target.accountId);
    if (!found) {
      if (!force) throw secretNotFound();
      return { ...madeUp(located.target, d), deletionDate: d.clock.now() };
    }
    const { arn, name } = found.secret;
    if (force) {
      // Somebody faster has already done this.
      await d.lifecycle.remove(found.secret, scope).catch((error: unknown) => {
        if (!isDomainError(error) || error.kind !== 'not-found') throw error;
      });
      return { arn, name, deletionDate: d.clock.now() };
    }
    const purgeAt = await d.lifecycle.scheduleDeletion(found.secret, days, scope);
    return { arn, name, deletionDate: purgeAt };
  });

/** The secret does not exist, and the answer does not reveal this: its ARN is the requested one, or looks like any other. */
function madeUp({ requested, accountId, keys }: SecretTarget, { random, region }: Dependencies): { arn: string; name: string } {
  const { name } = keys[0]!;
  const suffix = randomString(random, SUFFIX_ALPHABET, 6);
  return { arn: requested.startsWith('arn:') ? requested : secretArn({ region, account: accountId, name, suffix }), name };
}
