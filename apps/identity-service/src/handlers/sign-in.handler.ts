import { networkOf } from '@strongroom/bounds';
import type { SignInRequest, SignInResponse } from '@strongroom/contracts/strongroom/identity/v1/sign_in';
import { unary } from '@strongroom/grpc-kit';
import { isAccountId, isUserName } from '../domain/field-rules';
import { stepAt } from '../domain/hashing/one-time-code';
import { passwordPolicyViolation, signInFailed, validationError } from '../domain/iam-errors';
import type { Identity } from '../domain/identity';
import { loginSource, replacePassword, type SealedPassword } from '../domain/login-profile';
import { afterCode, type MfaDevice } from '../domain/mfa-device';
import type { Passkey } from '../domain/passkey';
import { checkPasswordText, isExpired, isPasswordText, type PasswordPolicy } from '../domain/password-policy';
import type { Change, LoginProfile, Repositories, StoredPassword } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import { toPasswordPolicy } from './iam-messages';
import { newPasswordOf, sealNewPassword } from './new-password';
import { beginSignInSession, clientOf, signInDuration } from './sign-in-session';

const failed = () => signInFailed('The account, user name, password or code is wrong.');

/** A user id that nobody has: who does not exist costs the same reads. */
const NOBODY = 'AIDANOBODYNOBODYNOBOD';

type ShownPasskey = NonNullable<Awaited<ReturnType<Dependencies['passkeys']['shown']>>>;

/** What is known of whom the request names; all of it is there, or nothing may be said of what is not. */
interface Named {
  accountId?: string;
  user?: Identity;
  profile?: LoginProfile;
  password?: StoredPassword;
  policy?: PasswordPolicy;
  devices: MfaDevice[];
  passkeys: Passkey[];
}

export const signIn = (d: Dependencies) =>
  unary<SignInRequest, SignInResponse>(async (request, call) => {
    const client = clientOf(request.client);
    const duration = signInDuration(request.durationSeconds);
    if (request.newPassword !== '') checkPasswordText(request.newPassword, 'new_password');
    const { deadline, requestId } = call;
    const named = await d.store.read(deadline, (stored) => lookUp(stored, request));
    const { user, profile, password, policy } = named;
    // The same for all: nobody learns from the number of guesses left who exists.
    const subject = `${request.accountId}/${request.userName.toLowerCase()}`;
    const right = await d.guesses.begin({ subject, userId: user?.id, address: client.sourceIp }, deadline);

    const lane = networkOf(client.sourceIp);
    const text = isPasswordText(request.password) ? request.password : ' ';
    const isRight = (await d.passwords.matches(profile && password, text, lane)) && text === request.password;
    const shown = await factorShown(d, named, request);
    const attempt = { accountId: named.accountId, user, multiFactor: shown !== undefined, client, requestId };
    if (!isRight || !user || !profile || !password || (hasSecondFactor(named) && !shown)) {
      await d.signIns.failed(attempt, deadline);
      throw failed();
    }
    await right(user.id);

    const expired = isExpired(policy, password.setAt, d.clock.now());
    if (expired && policy?.hardExpiry) {
      await d.signIns.failed(attempt, deadline);
      throw passwordPolicyViolation('The password has expired, and only an administrator can set a new one.');
    }
    const mustChange = expired || profile.resetRequired;
    if (mustChange && request.newPassword === '') {
      const passwordPolicy = policy && toPasswordPolicy(policy);
      return { outcome: { $case: 'newPasswordRequired', value: { expired, passwordPolicy } } };
    }
    if (!mustChange && request.newPassword !== '') {
      throw validationError('new_password must be empty unless the answer was new_password_required.');
    }
    const replacing = mustChange ? await newPassword(d, deadline, user, profile, request.newPassword, client) : undefined;
    const signedIn = await beginSignInSession(
      d,
      deadline,
      () => attempt,
      async (change) => {
        await requireSame(change, user, profile);
        await shown?.use(change);
        if (replacing) await replacePassword(change, profile, replacing, { resetRequired: false });
        const multiFactorAuthTime = shown && d.clock.now();
        return { user, source: loginSource(user.id), duration, multiFactorAuthTime };
      },
    );
    return { outcome: { $case: 'signedIn', value: signedIn } };
  });

/** Whom the request names. Names that nobody can have are asked for as somebody whom nobody is. */
async function lookUp(stored: Repositories, request: SignInRequest): Promise<Named> {
  const isName = isAccountId(request.accountId) && isUserName(request.userName);
  const accountId = isName ? request.accountId : '';
  const account = await stored.accounts.find(accountId);
  const user = await stored.identities.find(accountId, { kind: 'user', name: isName ? request.userName : '' });
  const id = user?.id ?? NOBODY;
  const profile = await stored.loginProfiles.find(id);
  const [password] = await stored.loginProfiles.passwords(id, 1);
  const policy = await stored.passwordPolicies.find(accountId);
  const devices = await stored.mfaDevices.of(id);
  const passkeys = await stored.passkeys.of(id);
  return { accountId: account?.accountId, user, profile, password, policy, devices, passkeys };
}

const hasSecondFactor = ({ devices, passkeys }: Named): boolean => devices.length > 0 || passkeys.length > 0;

/** What is shown beside the password. It is used up later, in the transaction that begins the session. */
interface FactorShown {
  /** @throws SignInFailed if somebody else was faster with it */
  use(change: Change): Promise<void>;
}

async function factorShown(
  d: Dependencies,
  { devices, passkeys }: Named,
  request: SignInRequest,
): Promise<FactorShown | undefined> {
  const now = stepAt(d.clock.millis());
  const code = request.tokenCode;
  const device = devices.filter((one) => d.seeds.with(one, (seed) => afterCode(one, seed, code, now)))[0];
  if (device) return { use: (change) => useCode(d, change, device.serialNumber, code) };
  const passkey = await d.passkeys.shown(request.passkeyJson, passkeys);
  return passkey && { use: (change) => usePasskey(change, passkey) };
}

async function newPassword(
  d: Dependencies,
  deadline: number,
  user: Identity,
  profile: LoginProfile,
  password: string,
  client: { sourceIp: string },
): Promise<SealedPassword> {
  const judged = await d.store.read(deadline, (stored) => newPasswordOf(stored, user, profile));
  return sealNewPassword(d, { peer: { address: client.sourceIp } }, judged, password, { differs: true });
}

/** Still the user, with the password that was proved. */
async function requireSame(change: Change, user: Identity, profile: LoginProfile): Promise<void> {
  const still = await change.identities.byId(user.id, 'use');
  const now = await change.loginProfiles.find(user.id, 'change');
  if (!still || now?.generation !== profile.generation) throw failed();
}

async function useCode(d: Dependencies, change: Change, serialNumber: string, code: string): Promise<void> {
  const device = await change.mfaDevices.find(serialNumber, 'change');
  const used = device && d.seeds.with(device, (seed) => afterCode(device, seed, code, stepAt(d.clock.millis())));
  // Somebody else was faster with the same code.
  if (!used) throw failed();
  await change.mfaDevices.update(used);
}

async function usePasskey(change: Change, { serialNumber, signCount, challengeHash, expireTime }: ShownPasskey): Promise<void> {
  const passkey = await change.passkeys.find(serialNumber, 'change');
  const isNewer = passkey && (signCount > passkey.signCount || (signCount === 0 && passkey.signCount === 0));
  if (!isNewer || !(await change.passkeys.useChallenge(challengeHash, expireTime))) throw failed();
  await change.passkeys.setSignCount(serialNumber, signCount);
}
