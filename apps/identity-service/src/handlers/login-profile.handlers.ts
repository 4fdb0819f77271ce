import type { Caller } from '@strongroom/access';
import type {
  CreateLoginProfileRequest,
  CreateLoginProfileResponse,
  DeleteLoginProfileRequest,
  DeleteLoginProfileResponse,
  GetLoginProfileRequest,
  GetLoginProfileResponse,
  UpdateLoginProfileRequest,
  UpdateLoginProfileResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { auditOf } from '@strongroom/audit-trail';
import { unary } from '@strongroom/grpc-kit';
import {
  addLoginProfile,
  loginProfileExists,
  noLoginProfile,
  removeLoginProfile,
  replacePassword,
} from '../domain/login-profile';
import { checkPasswordText } from '../domain/password-policy';
import type { Dependencies } from './dependencies';
import { requireIdentity, userOf, writeOf } from './iam-call';
import { toLoginProfile } from './iam-messages';
import { newPasswordOf, sealNewPassword } from './new-password';

// A hash takes a tenth of a second, which is too long for a transaction. So each change reads and judges first, makes the hash,
// and then finds in its transaction whether what it read still holds.

export const createLoginProfile = (d: Dependencies) =>
  unary<CreateLoginProfileRequest, CreateLoginProfileResponse, Caller>(async (request, call) => {
    const name = userOf(request.userName, call);
    const password = checkPasswordText(request.password, 'password');
    const action = 'iam:CreateLoginProfile';
    const judged = await d.store.read(call.deadline, async (stored) => {
      const user = await requireIdentity(d, call, stored, action, name);
      if (await stored.loginProfiles.find(user.id)) throw loginProfileExists(user.name);
      return newPasswordOf(stored, user, undefined);
    });
    const sealed = await sealNewPassword(d, call, judged, password);
    return d.store.change(writeOf(call), async (change) => {
      const user = await requireIdentity(d, call, change, action, name, { lock: 'change' });
      auditOf(call).parameter('passwordResetRequired', request.passwordResetRequired);
      const profile = await addLoginProfile(change, user, sealed, request.passwordResetRequired);
      return { loginProfile: toLoginProfile(user.name, profile) };
    });
  });

export const getLoginProfile = (d: Dependencies) =>
  unary<GetLoginProfileRequest, GetLoginProfileResponse, Caller>(async (request, call) => {
    const name = userOf(request.userName, call);
    return d.store.read(call.deadline, async (stored) => {
      const user = await requireIdentity(d, call, stored, 'iam:GetLoginProfile', name);
      const profile = await stored.loginProfiles.find(user.id);
      if (!profile) throw noLoginProfile(user.name);
      return { loginProfile: toLoginProfile(user.name, profile) };
    });
  });

export const updateLoginProfile = (d: Dependencies) =>
  unary<UpdateLoginProfileRequest, UpdateLoginProfileResponse, Caller>(async (request, call) => {
    const name = userOf(request.userName, call);
    const password = request.password === undefined ? undefined : checkPasswordText(request.password, 'password');
    const action = 'iam:UpdateLoginProfile';
    const judged = await d.store.read(call.deadline, async (stored) => {
      const user = await requireIdentity(d, call, stored, action, name);
      const profile = await stored.loginProfiles.find(user.id);
      if (!profile) throw noLoginProfile(user.name);
      return newPasswordOf(stored, user, profile);
    });
    const sealed = password === undefined ? undefined : await sealNewPassword(d, call, judged, password);
    await d.store.change(writeOf(call), async (change) => {
      const user = await requireIdentity(d, call, change, action, name, { lock: 'change' });
      const profile = await change.loginProfiles.find(user.id, 'change');
      if (!profile) throw noLoginProfile(user.name);
      auditOf(call).parameter('passwordResetRequired', request.passwordResetRequired);
      const { passwordResetRequired: resetRequired = profile.resetRequired } = request;
      if (sealed) await replacePassword(change, profile, sealed, { resetRequired });
      else await change.loginProfiles.update({ ...profile, resetRequired });
    });
    return {};
  });

export const deleteLoginProfile = (d: Dependencies) =>
  unary<DeleteLoginProfileRequest, DeleteLoginProfileResponse, Caller>(async (request, call) => {
    const name = userOf(request.userName, call);
    await d.store.change(writeOf(call), async (change) => {
      const user = await requireIdentity(d, call, change, 'iam:DeleteLoginProfile', name, { lock: 'change' });
      if (!(await change.loginProfiles.find(user.id, 'change'))) throw noLoginProfile(user.name);
      await removeLoginProfile(change, user.id);
    });
    return {};
  });
