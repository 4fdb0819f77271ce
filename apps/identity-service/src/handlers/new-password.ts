import { networkOf } from '@strongroom/bounds';
import type { Identity } from '../domain/identity';
import { passwordPolicyViolation } from '../domain/iam-errors';
import type { SealedPassword } from '../domain/login-profile';
import { checkNewPassword, type PasswordPolicy, PASSWORDS_KEPT } from '../domain/password-policy';
import type { LoginProfile, Repositories, StoredPassword } from '../domain/store.port';
import type { Dependencies } from './dependencies';

/** What a new password of a user is judged by. */
export interface NewPassword {
  user: Identity;
  policy: PasswordPolicy | undefined;
  /** The newest first; the first is in force. */
  passwords: StoredPassword[];
  generation: number;
}

export async function newPasswordOf(
  stored: Repositories,
  user: Identity,
  profile: LoginProfile | undefined,
): Promise<NewPassword> {
  return {
    user,
    policy: await stored.passwordPolicies.find(user.accountId),
    passwords: profile ? await stored.loginProfiles.passwords(user.id, PASSWORDS_KEPT) : [],
    generation: (profile?.generation ?? 0) + 1,
  };
}

/**
 * Judges the password and hashes it. `differs`: it must not be the one in force, whatever the policy says.
 *
 * @throws PasswordPolicyViolation, ThrottlingException
 */
export async function sealNewPassword(
  d: Pick<Dependencies, 'passwords' | 'clock'>,
  { peer }: { peer: { address: string } },
  { user, policy, passwords, generation }: NewPassword,
  password: string,
  { differs = false } = {},
): Promise<SealedPassword> {
  checkNewPassword(password, policy, user);
  const lane = networkOf(peer.address);
  const forbidden = passwords.slice(0, Math.max(policy?.passwordReusePrevention ?? 0, differs ? 1 : 0));
  if (await d.passwords.anyMatches(forbidden, password, lane)) {
    throw passwordPolicyViolation('Password was used before. Choose another one.');
  }
  return { generation, sealedHash: await d.passwords.seal(user.id, generation, password, lane), now: d.clock.now() };
}
