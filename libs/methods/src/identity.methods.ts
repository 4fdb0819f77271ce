import {
  IdentityServiceService,
  PrincipalDirectoryServiceService,
  SigningKeyServiceService,
  TokenServiceService,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { SignInServiceService } from '@strongroom/contracts/strongroom/identity/v1/sign_in';
import { change, describeService, frontDoors, read } from './method';

/** Policies decide what callers may do to users, roles and policies. */
const forCallers = { callers: 'authenticated', onBehalf: frontDoors } as const;
const callersRead = { ...forCallers, ...read } as const;
const callersChange = { ...forCallers, ...change } as const;

export const identityService = describeService(IdentityServiceService, 'iam.amazonaws.com', {
  createAccount: callersChange,
  listAccounts: callersRead,
  createUser: callersChange,
  getUser: callersRead,
  listUsers: callersRead,
  deleteUser: callersChange,
  createGroup: callersChange,
  getGroup: callersRead,
  listGroups: callersRead,
  listGroupsForUser: callersRead,
  deleteGroup: callersChange,
  addUserToGroup: callersChange,
  removeUserFromGroup: callersChange,
  createRole: callersChange,
  getRole: callersRead,
  listRoles: callersRead,
  updateAssumeRolePolicy: callersChange,
  deleteRole: callersChange,
  createPolicy: callersChange,
  getPolicy: callersRead,
  listPolicies: callersRead,
  deletePolicy: callersChange,
  createPolicyVersion: callersChange,
  getPolicyVersion: callersRead,
  listPolicyVersions: callersRead,
  setDefaultPolicyVersion: callersChange,
  deletePolicyVersion: callersChange,
  attachPolicy: callersChange,
  detachPolicy: callersChange,
  listAttachedPolicies: callersRead,
  putInlinePolicy: callersChange,
  getInlinePolicy: callersRead,
  listInlinePolicies: callersRead,
  deleteInlinePolicy: callersChange,
  putPermissionsBoundary: callersChange,
  deletePermissionsBoundary: callersChange,
  tagPrincipal: callersChange,
  untagPrincipal: callersChange,
  createAccessKey: callersChange,
  listAccessKeys: callersRead,
  updateAccessKey: callersChange,
  deleteAccessKey: callersChange,
  bindCertificate: callersChange,
  listCertificateBindings: callersRead,
  unbindCertificate: callersChange,
  createOpenIdConnectProvider: callersChange,
  getOpenIdConnectProvider: callersRead,
  listOpenIdConnectProviders: callersRead,
  addClientIdToOpenIdConnectProvider: callersChange,
  removeClientIdFromOpenIdConnectProvider: callersChange,
  updateOpenIdConnectProviderThumbprint: callersChange,
  deleteOpenIdConnectProvider: callersChange,
  createLoginProfile: callersChange,
  getLoginProfile: callersRead,
  updateLoginProfile: callersChange,
  deleteLoginProfile: callersChange,
  changePassword: callersChange,
  getAccountPasswordPolicy: callersRead,
  updateAccountPasswordPolicy: { ...callersChange, idempotent: true },
  deleteAccountPasswordPolicy: callersChange,
  createVirtualMfaDevice: callersChange,
  listVirtualMfaDevices: callersRead,
  deleteVirtualMfaDevice: callersChange,
  enableMfaDevice: callersChange,
  resyncMfaDevice: callersChange,
  deactivateMfaDevice: callersChange,
  listMfaDevices: callersRead,
  beginPasskey: callersRead,
  enablePasskey: callersChange,
  createSignInLink: callersChange,
});

export const tokenService = describeService(TokenServiceService, 'sts.amazonaws.com', {
  // Where an access key becomes a session: the handler finds out who calls.
  getSessionToken: { callers: 'anyone', onBehalf: frontDoors, ...change },
  assumeRole: callersChange,
  // Where a token of an OpenID Connect provider becomes a session, likewise.
  assumeRoleWithWebIdentity: { callers: 'anyone', onBehalf: frontDoors, ...change },
  getCallerIdentity: callersRead,
  revokeSessions: callersChange,
  listSessions: callersRead,
});

/** It tells of its calls itself, as CloudTrail does of ConsoleLogin: of those in their own accounts, whom it is about. */
const forTheConsole = { callers: 'none', services: ['console'], ...change, audited: false } as const;

export const signInService = describeService(SignInServiceService, 'signin.amazonaws.com', {
  beginPasskeySignIn: { ...forTheConsole, ...read, audited: false },
  signIn: forTheConsole,
  redeemSignInLink: forTheConsole,
});

/** What services ask about the callers of calls that are audited themselves. */
const forServices = { callers: 'none', ...read, audited: false } as const;
/** Principals come with all their policies, which is for services that decide by them. */
const deciding = [
  'secrets-api',
  'crypto-keyservice',
  'rotation-worker',
  'audit-service',
  'aws-gateway',
  'notification-service',
  'usage-service',
] as const;

export const principalDirectoryService = describeService(PrincipalDirectoryServiceService, 'iam.amazonaws.com', {
  resolvePrincipal: { ...forServices, services: deciding },
  watchPrincipals: { ...forServices, services: deciding },
});

export const signingKeyService = describeService(SigningKeyServiceService, 'iam.amazonaws.com', {
  // What a secret derives goes to the one service that verifies signatures.
  deriveSigningKey: { ...forServices, services: ['aws-gateway'] },
});
