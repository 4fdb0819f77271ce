import type { Caller, CallOrigin } from '@strongroom/access';
import { auditOf, type AuditedCall } from '@strongroom/audit-trail';
import { accessDenied } from '@strongroom/errors';
import { stepAt } from '../domain/hashing/one-time-code';
import { afterCode, checkCode, checkSerialNumber } from '../domain/mfa-device';
import type { Change } from '../domain/store.port';
import type { Dependencies } from './dependencies';

const failed = (why: string) => accessDenied(`MultiFactorAuthentication failed ${why}`);

/** A code that a request shows; none: the request shows none. */
export interface SecondFactor {
  /** Uses the code up. The time at which it was shown. @throws AccessDeniedException if it is wrong */
  use(change: Change): Promise<Date>;
  /** To be called when the call has succeeded. */
  succeeded(): Promise<void>;
}

/** @throws AccessDeniedException, ValidationError, ThrottlingException */
export async function secondFactorOf(
  d: Dependencies,
  call: AuditedCall & Pick<CallOrigin, 'peer'>,
  caller: Caller,
  request: { serialNumber: string; tokenCode: string },
): Promise<SecondFactor | undefined> {
  if (request.serialNumber === '' && request.tokenCode === '') return undefined;
  if (request.serialNumber === '' || request.tokenCode === '') {
    throw failed('must provide both MFA serial number and one time pass code.');
  }
  const serialNumber = checkSerialNumber(request.serialNumber);
  const code = checkCode(request.tokenCode, 'token_code');
  auditOf(call).parameter('serialNumber', serialNumber);
  if (caller.kind !== 'user') throw failed('since only users have MFA devices.');
  const { userId } = caller;
  const right = await d.guesses.begin({ subject: userId, userId, address: call.peer.address }, call.deadline);
  return {
    async use(change) {
      const device = await change.mfaDevices.find(serialNumber, 'change');
      const used =
        device?.userId === userId
          ? d.seeds.with(device, (seed) => afterCode(device, seed, code, stepAt(d.clock.millis())))
          : undefined;
      if (!used) throw failed('with invalid MFA one time pass code.');
      await change.mfaDevices.update(used);
      return d.clock.now();
    },
    succeeded: () => right(userId),
  };
}
