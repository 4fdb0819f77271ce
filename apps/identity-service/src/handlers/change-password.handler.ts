import type { Caller } from '@strongroom/access';
import { networkOf } from '@strongroom/bounds';
import type { ChangePasswordRequest, ChangePasswordResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { accessDenied } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import type { Identity } from '../domain/identity';
import { invalidUserType, passwordPolicyViolation } from '../domain/iam-errors';
import { loginSource, noLoginProfile, replacePassword } from '../domain/login-profile';
import { checkPasswordText, isExpired, type PasswordPolicy } from '../domain/password-policy';
import type { Repositories } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import type { IamCall } from './iam-access';
import { requireIdentity, requireUnlessDenied, writeOf } from './iam-call';
import { newPasswordOf, sealNewPassword } from './new-password';

const ACTION = 'iam:ChangePassword';

export const changePassword = (d: Dependencies) =>
  unary<ChangePasswordRequest, ChangePasswordResponse, Caller>(async (request, call) => {
    const { caller } = call;
    if (caller.kind !== 'user') throw invalidUserType('Only IAM users can change their own password.');
    const oldPassword = checkPasswordText(request.oldPassword, 'old_password');
    const newPassword = checkPasswordText(request.newPassword, 'new_password');
    const judged = await d.store.read(call.deadline, async (stored) => {
      const policy = await stored.passwordPolicies.find(caller.accountId);
      const user = await callingUser(d, call, stored, policy);
      const profile = await stored.loginProfiles.find(user.id);
      if (!profile) throw noLoginProfile(user.name);
      return newPasswordOf(stored, user, profile);
    });
    const right = await d.guesses.begin(
      { subject: caller.userId, userId: caller.userId, address: call.peer.address },
      call.deadline,
    );
    const [current] = judged.passwords;
    if (!(await d.passwords.matches(current, oldPassword, networkOf(call.peer.address)))) {
      throw accessDenied('The old password was incorrect.');
    }
    await right(caller.userId);
    if (judged.policy?.hardExpiry && isExpired(judged.policy, current!.setAt, d.clock.now())) {
      throw passwordPolicyViolation('The password has expired, and only an administrator can set a new one.');
    }
    const sealed = await sealNewPassword(d, call, judged, newPassword, { differs: true });
    await d.store.change(writeOf(call), async (change) => {
      const user = await callingUser(d, call, change, judged.policy);
      const profile = await change.loginProfiles.find(user.id, 'change');
      if (!profile) throw noLoginProfile(user.name);
      await replacePassword(change, profile, sealed, { resetRequired: false, keptSession: await ownLoginSession(call, change) });
    });
    return {};
  });

/** The caller, who may change the password: by policy, or because the account lets all its users. */
function callingUser(
  d: Dependencies,
  call: IamCall,
  stored: Repositories,
  policy: PasswordPolicy | undefined,
): Promise<Identity> {
  const name = { kind: 'user', name: call.caller.userName ?? '' } as const;
  const letsAll = policy?.allowUsersToChangePassword ?? false;
  return (letsAll ? requireUnlessDenied : requireIdentity)(d, call, stored, ACTION, name);
}

/** The session of this call, where it began with the password. */
async function ownLoginSession({ caller }: IamCall, stored: Repositories): Promise<string | undefined> {
  if (!caller.credentialId.startsWith('session:') || caller.accessKeyId === undefined) return undefined;
  const session = await stored.sessions.find(caller.accessKeyId);
  return session?.source === loginSource(caller.userId) ? caller.accessKeyId : undefined;
}
