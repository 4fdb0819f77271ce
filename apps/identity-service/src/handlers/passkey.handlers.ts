import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  BeginPasskeyRequest,
  BeginPasskeyResponse,
  EnablePasskeyRequest,
  EnablePasskeyResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { BeginPasskeySignInRequest, BeginPasskeySignInResponse } from '@strongroom/contracts/strongroom/identity/v1/sign_in';
import { unary } from '@strongroom/grpc-kit';
import { checkPasskeyName } from '../domain/field-rules';
import { invalidAuthenticationCode } from '../domain/iam-errors';
import { passkeySerialNumber } from '../domain/passkey';
import { checkRelyingParty } from '../domain/relying-party';
import type { Dependencies } from './dependencies';
import { requireIdentity, userOf, writeOf } from './iam-call';
import { requireRoomForDevice } from './mfa-device.handlers';

const ACTION = 'iam:EnableMFADevice';

export const beginPasskey = (d: Dependencies) =>
  unary<BeginPasskeyRequest, BeginPasskeyResponse, Caller>(async (request, call) => {
    const party = checkRelyingParty(request.relyingParty);
    const name = userOf(request.userName, call);
    const { user, others } = await d.store.read(call.deadline, async (stored) => {
      const user = await requireIdentity(d, call, stored, ACTION, name);
      return { user, others: await stored.passkeys.of(user.id) };
    });
    return { optionsJson: await d.passkeys.enrolment(party, user.id, `${user.name}@${user.accountId}`, others) };
  });

export const enablePasskey = (d: Dependencies) =>
  unary<EnablePasskeyRequest, EnablePasskeyResponse, Caller>(async (request, call) => {
    const name = userOf(request.userName, call);
    const passkeyName = checkPasskeyName(request.passkeyName);
    const user = await d.store.read(call.deadline, (stored) => requireIdentity(d, call, stored, ACTION, name));
    const serialNumber = passkeySerialNumber(user.accountId, user.name, passkeyName);
    auditOf(call).parameter('serialNumber', serialNumber);
    const enrolled = await d.passkeys.enrolled(request.credentialJson, user.id);
    if (!enrolled) throw notGood();
    const { challengeHash, expireTime, ...kept } = enrolled;
    await d.store.change(writeOf(call), async (change) => {
      // Locks the user, so that the second of two simultaneous calls counts the passkey of the first.
      const still = await change.identities.byId(user.id, 'change');
      if (!still || !(await change.passkeys.useChallenge(challengeHash, expireTime))) throw notGood();
      await requireRoomForDevice(change, user.id);
      const { accountId, id: userId } = user;
      await change.passkeys.add({ ...kept, serialNumber, accountId, userId, createDate: d.clock.now() });
    });
    return { serialNumber };
  });

export const beginPasskeySignIn = (d: Dependencies) =>
  unary<BeginPasskeySignInRequest, BeginPasskeySignInResponse>(async (request) => ({
    optionsJson: await d.passkeys.signIn(checkRelyingParty(request.relyingParty)),
  }));

const notGood = () =>
  invalidAuthenticationCode('credential_json must be the answer of a browser to BeginPasskey, not older than five minutes.');
