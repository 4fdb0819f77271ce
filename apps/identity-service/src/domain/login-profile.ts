import { entityAlreadyExists, entityTemporarilyUnmodifiable, noSuchEntity } from './iam-errors';
import { PASSWORDS_KEPT } from './password-policy';
import type { Change, LoginProfile } from './store.port';

export const loginProfileExists = (userName: string) => entityAlreadyExists(`Login Profile for User ${userName} already exists.`);
export const noLoginProfile = (userName: string) => noSuchEntity(`Login Profile for User ${userName} cannot be found.`);

/** The source of sessions that began with a user's password. */
export const loginSource = (userId: string): string => `login:${userId}`;

/** A new password, sealed already: it takes too long for a transaction. */
export interface SealedPassword {
  generation: number;
  sealedHash: Buffer;
  now: Date;
}

/** @throws EntityAlreadyExists */
export async function addLoginProfile(
  change: Change,
  user: { id: string; name: string },
  { generation, sealedHash, now }: SealedPassword,
  resetRequired: boolean,
): Promise<LoginProfile> {
  const profile = { userId: user.id, createDate: now, resetRequired, generation };
  await change.loginProfiles.add(profile, user.name);
  await change.loginProfiles.addPassword({ userId: user.id, generation, sealedHash, setAt: now });
  return profile;
}

/**
 * Replaces the password, and ends the sessions that began with the one before, but for `keptSession`.
 *
 * @throws EntityTemporarilyUnmodifiable if the password is not the one any more that the new one was judged by
 */
export async function replacePassword(
  change: Change,
  profile: LoginProfile,
  { generation, sealedHash, now }: SealedPassword,
  { resetRequired, keptSession }: { resetRequired: boolean; keptSession?: string },
): Promise<void> {
  const { userId } = profile;
  if (generation !== profile.generation + 1) {
    throw entityTemporarilyUnmodifiable('The password was changed at the same moment. Try again.');
  }
  await change.loginProfiles.addPassword({ userId, generation, sealedHash, setAt: now });
  await change.loginProfiles.removePasswordsUpTo(userId, generation - PASSWORDS_KEPT);
  await change.loginProfiles.update({ ...profile, generation, resetRequired });
  await endLoginSessions(change, userId, keptSession);
}

/** With the sessions that began with the password. */
export async function removeLoginProfile(change: Change, userId: string): Promise<void> {
  await change.loginProfiles.remove(userId);
  await endLoginSessions(change, userId);
}

async function endLoginSessions(change: Change, userId: string, except?: string): Promise<void> {
  await change.sessions.removeFrom(loginSource(userId), except);
  change.changed(loginSource(userId));
}
