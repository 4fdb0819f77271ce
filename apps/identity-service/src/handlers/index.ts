import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { identityService, principalDirectoryService, signingKeyService, signInService, tokenService } from '@strongroom/methods';
import * as accessKeys from './access-key.handlers';
import * as accounts from './account.handlers';
import { assumeRole } from './assume-role.handler';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.handler';
import * as attached from './attached-policy.handlers';
import { changePassword } from './change-password.handler';
import * as certificates from './certificate-binding.handlers';
import type { Dependencies } from './dependencies';
import { deriveSigningKey } from './derive-signing-key.handler';
import { getCallerIdentity } from './get-caller-identity.handler';
import { getSessionToken } from './get-session-token.handler';
import * as groups from './group.handlers';
import * as inline from './inline-policy.handlers';
import { listSessions } from './list-sessions.handler';
import * as loginProfiles from './login-profile.handlers';
import * as policies from './managed-policy.handlers';
import * as memberships from './membership.handlers';
import * as mfaDevices from './mfa-device.handlers';
import * as oidcProviders from './oidc-provider.handlers';
import * as passkeys from './passkey.handlers';
import * as passwordPolicies from './password-policy.handlers';
import * as boundaries from './permissions-boundary.handlers';
import * as versions from './policy-version.handlers';
import * as tags from './principal-tag.handlers';
import { resolvePrincipal } from './resolve-principal.handler';
import { revokeSessions } from './revoke-sessions.handler';
import * as roles from './role.handlers';
import { signIn } from './sign-in.handler';
import * as signInLinks from './sign-in-link.handlers';
import * as users from './user.handlers';
import { watchPrincipals } from './watch-principals.handler';

export const identityHandlers = (d: Dependencies) =>
  served<typeof identityService, Caller>(identityService, {
    createAccount: accounts.createAccount(d),
    listAccounts: accounts.listAccounts(d),
    createUser: users.createUser(d),
    getUser: users.getUser(d),
    listUsers: users.listUsers(d),
    deleteUser: users.deleteUser(d),
    createGroup: groups.createGroup(d),
    getGroup: groups.getGroup(d),
    listGroups: groups.listGroups(d),
    listGroupsForUser: groups.listGroupsForUser(d),
    deleteGroup: groups.deleteGroup(d),
    addUserToGroup: memberships.addUserToGroup(d),
    removeUserFromGroup: memberships.removeUserFromGroup(d),
    createRole: roles.createRole(d),
    getRole: roles.getRole(d),
    listRoles: roles.listRoles(d),
    updateAssumeRolePolicy: roles.updateAssumeRolePolicy(d),
    deleteRole: roles.deleteRole(d),
    createPolicy: policies.createPolicy(d),
    getPolicy: policies.getPolicy(d),
    listPolicies: policies.listPolicies(d),
    deletePolicy: policies.deletePolicy(d),
    createPolicyVersion: versions.createPolicyVersion(d),
    getPolicyVersion: versions.getPolicyVersion(d),
    listPolicyVersions: versions.listPolicyVersions(d),
    setDefaultPolicyVersion: versions.setDefaultPolicyVersion(d),
    deletePolicyVersion: versions.deletePolicyVersion(d),
    attachPolicy: attached.attachPolicy(d),
    detachPolicy: attached.detachPolicy(d),
    listAttachedPolicies: attached.listAttachedPolicies(d),
    putInlinePolicy: inline.putInlinePolicy(d),
    getInlinePolicy: inline.getInlinePolicy(d),
    listInlinePolicies: inline.listInlinePolicies(d),
    deleteInlinePolicy: inline.deleteInlinePolicy(d),
    putPermissionsBoundary: boundaries.putPermissionsBoundary(d),
    deletePermissionsBoundary: boundaries.deletePermissionsBoundary(d),
    tagPrincipal: tags.tagPrincipal(d),
    untagPrincipal: tags.untagPrincipal(d),
    createAccessKey: accessKeys.createAccessKey(d),
    listAccessKeys: accessKeys.listAccessKeys(d),
    updateAccessKey: accessKeys.updateAccessKey(d),
    deleteAccessKey: accessKeys.deleteAccessKey(d),
    bindCertificate: certificates.bindCertificate(d),
    listCertificateBindings: certificates.listCertificateBindings(d),
    unbindCertificate: certificates.unbindCertificate(d),
    createOpenIdConnectProvider: oidcProviders.createOpenIdConnectProvider(d),
    getOpenIdConnectProvider: oidcProviders.getOpenIdConnectProvider(d),
    listOpenIdConnectProviders: oidcProviders.listOpenIdConnectProviders(d),
    addClientIdToOpenIdConnectProvider: oidcProviders.addClientIdToOpenIdConnectProvider(d),
    removeClientIdFromOpenIdConnectProvider: oidcProviders.removeClientIdFromOpenIdConnectProvider(d),
    updateOpenIdConnectProviderThumbprint: oidcProviders.updateOpenIdConnectProviderThumbprint(d),
    deleteOpenIdConnectProvider: oidcProviders.deleteOpenIdConnectProvider(d),
    createLoginProfile: loginProfiles.createLoginProfile(d),
    getLoginProfile: loginProfiles.getLoginProfile(d),
    updateLoginProfile: loginProfiles.updateLoginProfile(d),
    deleteLoginProfile: loginProfiles.deleteLoginProfile(d),
    changePassword: changePassword(d),
    getAccountPasswordPolicy: passwordPolicies.getAccountPasswordPolicy(d),
    updateAccountPasswordPolicy: passwordPolicies.updateAccountPasswordPolicy(d),
    deleteAccountPasswordPolicy: passwordPolicies.deleteAccountPasswordPolicy(d),
    createVirtualMfaDevice: mfaDevices.createVirtualMfaDevice(d),
    listVirtualMfaDevices: mfaDevices.listVirtualMfaDevices(d),
    deleteVirtualMfaDevice: mfaDevices.deleteVirtualMfaDevice(d),
    enableMfaDevice: mfaDevices.enableMfaDevice(d),
    resyncMfaDevice: mfaDevices.resyncMfaDevice(d),
    deactivateMfaDevice: mfaDevices.deactivateMfaDevice(d),
    listMfaDevices: mfaDevices.listMfaDevices(d),
    beginPasskey: passkeys.beginPasskey(d),
    enablePasskey: passkeys.enablePasskey(d),
    createSignInLink: signInLinks.createSignInLink(d),
  });

export const tokenHandlers = (d: Dependencies) =>
  served<typeof tokenService, Caller>(tokenService, {
    getSessionToken: getSessionToken(d),
    assumeRole: assumeRole(d),
    assumeRoleWithWebIdentity: assumeRoleWithWebIdentity(d),
    getCallerIdentity: getCallerIdentity(),
    revokeSessions: revokeSessions(d),
    listSessions: listSessions(d),
  });

export const signInHandlers = (d: Dependencies) =>
  served<typeof signInService, Caller>(signInService, {
    beginPasskeySignIn: passkeys.beginPasskeySignIn(d),
    signIn: signIn(d),
    redeemSignInLink: signInLinks.redeemSignInLink(d),
  });

export const directoryHandlers = (d: Dependencies) =>
  served<typeof principalDirectoryService, Caller>(principalDirectoryService, {
    resolvePrincipal: resolvePrincipal(d),
    watchPrincipals: watchPrincipals(d),
  });

export const signingKeyHandlers = (d: Dependencies) =>
  served<typeof signingKeyService, Caller>(signingKeyService, {
    deriveSigningKey: deriveSigningKey(d),
  });
