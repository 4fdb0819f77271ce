import { AssignmentStatus } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { identityNumbers, identityTexts } from '@strongroom/field-rules';
import type { identityService } from '@strongroom/methods';
import type { Fields } from '../model/message';
import {
  blob,
  flag,
  integer,
  list,
  type Members,
  oneOf,
  refused,
  required,
  type Shape,
  structure,
  text,
  timestamp,
} from '../model/shapes';
import { type Operation, operationsOf } from './operation';

const of = operationsOf<typeof identityService>('identity');

const userName = text(identityTexts.userName);
const password = text({ ...identityTexts.password, sensitive: true });
const loginProfile = structure({
  UserName: required(text()),
  CreateDate: required(timestamp),
  PasswordResetRequired: flag,
});

const passwords: Record<string, Operation> = {
  CreateLoginProfile: of(
    'createLoginProfile',
    // AWS lets both be absent for the root of a member account, which Strongroom does not have.
    { UserName: userName, Password: required(password), PasswordResetRequired: flag },
    { LoginProfile: required(loginProfile) },
  ),
  GetLoginProfile: of('getLoginProfile', { UserName: userName }, { LoginProfile: required(loginProfile) }),
  UpdateLoginProfile: of('updateLoginProfile', {
    UserName: required(userName),
    Password: password,
    PasswordResetRequired: flag,
  }),
  DeleteLoginProfile: of('deleteLoginProfile', { UserName: userName }),
  ChangePassword: of('changePassword', { OldPassword: required(password), NewPassword: required(password) }),
};

const demands: Members = {
  RequireSymbols: flag,
  RequireNumbers: flag,
  RequireUppercaseCharacters: flag,
  RequireLowercaseCharacters: flag,
  AllowUsersToChangePassword: flag,
  HardExpiry: flag,
};

const passwordPolicies: Record<string, Operation> = {
  GetAccountPasswordPolicy: of(
    'getAccountPasswordPolicy',
    {},
    {
      PasswordPolicy: required(
        structure({
          MinimumPasswordLength: integer(),
          ...demands,
          ExpirePasswords: flag,
          MaxPasswordAge: integer(),
          PasswordReusePrevention: integer(),
        }),
      ),
    },
  ),
  UpdateAccountPasswordPolicy: of('updateAccountPasswordPolicy', {
    MinimumPasswordLength: integer(identityNumbers.minimumPasswordLength),
    ...demands,
    MaxPasswordAge: integer(identityNumbers.maxPasswordAge),
    PasswordReusePrevention: integer(identityNumbers.passwordReusePrevention),
  }),
  DeleteAccountPasswordPolicy: of('deleteAccountPasswordPolicy', {}),
};

const serialNumber = required(text(identityTexts.serialNumber));
const code = required(text({ ...identityTexts.authenticationCode, sensitive: true }));
const twoCodes: Members = {
  UserName: required(userName),
  SerialNumber: serialNumber,
  AuthenticationCode1: code,
  AuthenticationCode2: code,
};

/** `user` and `page` are shapes that other operations of IAM have as well. */
export const signInOperations = (user: Shape, page: { in: Members; out: Members }): Record<string, Operation> => ({
  ...passwords,
  ...passwordPolicies,
  CreateVirtualMFADevice: of(
    'createVirtualMfaDevice',
    {
      Path: text(identityTexts.path),
      VirtualMFADeviceName: required(text(identityTexts.virtualMfaDeviceName)),
      Tags: refused(),
    },
    {
      VirtualMFADevice: required(structure({ SerialNumber: required(text()), Base32StringSeed: blob(), QRCodePNG: blob() })),
    },
  ),
  ListVirtualMFADevices: of(
    'listVirtualMfaDevices',
    {
      AssignmentStatus: oneOf({
        Assigned: AssignmentStatus.ASSIGNED,
        Unassigned: AssignmentStatus.UNASSIGNED,
        Any: AssignmentStatus.UNSPECIFIED,
      }),
      ...page.in,
    },
    {
      VirtualMFADevices: required(list(structure({ SerialNumber: required(text()), User: user, EnableDate: timestamp }))),
      ...page.out,
    },
    { fromResponse: (message) => ({ ...message, isTruncated: message.marker !== '' }) },
  ),
  DeleteVirtualMFADevice: of('deleteVirtualMfaDevice', { SerialNumber: serialNumber }),
  EnableMFADevice: of('enableMfaDevice', twoCodes),
  ResyncMFADevice: of('resyncMfaDevice', twoCodes),
  DeactivateMFADevice: of('deactivateMfaDevice', { UserName: userName, SerialNumber: serialNumber }),
  ListMFADevices: of(
    'listMfaDevices',
    { UserName: userName, ...page.in },
    {
      MFADevices: required(
        list(structure({ UserName: required(text()), SerialNumber: required(text()), EnableDate: required(timestamp) })),
      ),
      IsTruncated: flag,
    },
    {
      // A user has at most 8 of them.
      toRequest: ({ userName: name }: Fields) => ({ userName: name }),
      fromResponse: (message) => ({ ...message, isTruncated: false }),
    },
  ),
});
