import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import { DAY } from '@strongroom/clock';
import type { EnableKeyRotationRequest, EnableKeyRotationResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { requireRotationPeriod } from '../domain/limits';
import { requireAutomaticRotation } from '../domain/rotation-rules';
import type { Dependencies } from './dependencies';
import { keyFor, writeOf } from './key-call';

export const enableKeyRotation = (d: Dependencies) =>
  unary<EnableKeyRotationRequest, EnableKeyRotationResponse, Caller>(async (request, call) => {
    const days = requireRotationPeriod(request.rotationPeriodInDays);
    const key = await keyFor(d, call, 'EnableKeyRotation', request.keyId, {
      conditions: { 'kms:rotationperiodindays': String(days) },
    });
    requireAutomaticRotation(key);
    auditOf(call).parameter('rotationPeriodInDays', String(days));
    const next = new Date(d.clock.millis() + days * DAY);
    // Whoever repeats the request does not put the rotation off.
    await d.store.change(
      'EnableKeyRotation',
      key.keyId,
      (known) => ({ rotationPeriodDays: days, nextRotationAt: known.rotationPeriodDays === days ? known.nextRotationAt : next }),
      writeOf(call),
    );
    return {};
  });
