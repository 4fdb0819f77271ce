import type { PeerPolicy } from '@strongroom/grpc-kit';

const IDENTITY = '/strongroom.identity.v1.IdentityService';
const TOKEN = '/strongroom.identity.v1.TokenService';
const DIRECTORY = '/strongroom.identity.v1.PrincipalDirectoryService';
const SIGNING = '/strongroom.identity.v1.SigningKeyService';

const onBehalf = ['aws-gateway'];
const forCallers = { callers: 'authenticated', onBehalf } as const;
/** Principals come with all their policies, which is for services that decide by them. */
const forServices = {
  callers: 'none',
  services: ['secrets-api', 'crypto-keyservice', 'rotation-worker', 'audit-service', 'aws-gateway'],
} as const;

/** Who may call what; what callers may do to users, roles and policies is decided by policies. */
export const peerPolicy: PeerPolicy = {
  [`${IDENTITY}/CreateAccount`]: forCallers,
  [`${IDENTITY}/ListAccounts`]: forCallers,
  [`${IDENTITY}/CreateUser`]: forCallers,
  [`${IDENTITY}/GetUser`]: forCallers,
  [`${IDENTITY}/ListUsers`]: forCallers,
  [`${IDENTITY}/DeleteUser`]: forCallers,
  [`${IDENTITY}/CreateGroup`]: forCallers,
  [`${IDENTITY}/GetGroup`]: forCallers,
  [`${IDENTITY}/ListGroups`]: forCallers,
  [`${IDENTITY}/ListGroupsForUser`]: forCallers,
  [`${IDENTITY}/DeleteGroup`]: forCallers,
  [`${IDENTITY}/AddUserToGroup`]: forCallers,
  [`${IDENTITY}/RemoveUserFromGroup`]: forCallers,
  [`${IDENTITY}/CreateRole`]: forCallers,
  [`${IDENTITY}/GetRole`]: forCallers,
  [`${IDENTITY}/ListRoles`]: forCallers,
  [`${IDENTITY}/UpdateAssumeRolePolicy`]: forCallers,
  [`${IDENTITY}/DeleteRole`]: forCallers,
  [`${IDENTITY}/CreatePolicy`]: forCallers,
  [`${IDENTITY}/GetPolicy`]: forCallers,
  [`${IDENTITY}/ListPolicies`]: forCallers,
  [`${IDENTITY}/DeletePolicy`]: forCallers,
  [`${IDENTITY}/CreatePolicyVersion`]: forCallers,
  [`${IDENTITY}/GetPolicyVersion`]: forCallers,
  [`${IDENTITY}/ListPolicyVersions`]: forCallers,
  [`${IDENTITY}/SetDefaultPolicyVersion`]: forCallers,
  [`${IDENTITY}/DeletePolicyVersion`]: forCallers,
  [`${IDENTITY}/AttachPolicy`]: forCallers,
  [`${IDENTITY}/DetachPolicy`]: forCallers,
  [`${IDENTITY}/ListAttachedPolicies`]: forCallers,
  [`${IDENTITY}/PutInlinePolicy`]: forCallers,
  [`${IDENTITY}/GetInlinePolicy`]: forCallers,
  [`${IDENTITY}/ListInlinePolicies`]: forCallers,
  [`${IDENTITY}/DeleteInlinePolicy`]: forCallers,
  [`${IDENTITY}/PutPermissionsBoundary`]: forCallers,
  [`${IDENTITY}/DeletePermissionsBoundary`]: forCallers,
  [`${IDENTITY}/TagPrincipal`]: forCallers,
  [`${IDENTITY}/UntagPrincipal`]: forCallers,
  [`${IDENTITY}/CreateAccessKey`]: forCallers,
  [`${IDENTITY}/ListAccessKeys`]: forCallers,
  [`${IDENTITY}/UpdateAccessKey`]: forCallers,
  [`${IDENTITY}/DeleteAccessKey`]: forCallers,
  [`${IDENTITY}/BindCertificate`]: forCallers,
  [`${IDENTITY}/ListCertificateBindings`]: forCallers,
  [`${IDENTITY}/UnbindCertificate`]: forCallers,
  [`${IDENTITY}/CreateOpenIDConnectProvider`]: forCallers,
  [`${IDENTITY}/GetOpenIDConnectProvider`]: forCallers,
  [`${IDENTITY}/ListOpenIDConnectProviders`]: forCallers,
  [`${IDENTITY}/AddClientIDToOpenIDConnectProvider`]: forCallers,
  [`${IDENTITY}/RemoveClientIDFromOpenIDConnectProvider`]: forCallers,
  [`${IDENTITY}/UpdateOpenIDConnectProviderThumbprint`]: forCallers,
  [`${IDENTITY}/DeleteOpenIDConnectProvider`]: forCallers,
  // Where an access key becomes a session: the handler finds out who calls.
  [`${TOKEN}/GetSessionToken`]: { callers: 'anyone', onBehalf },
  [`${TOKEN}/AssumeRole`]: forCallers,
  // Where a token of an OpenID Connect provider becomes a session, likewise.
  [`${TOKEN}/AssumeRoleWithWebIdentity`]: { callers: 'anyone', onBehalf },
  [`${TOKEN}/GetCallerIdentity`]: forCallers,
  [`${TOKEN}/RevokeSessions`]: forCallers,
  [`${DIRECTORY}/ResolvePrincipal`]: forServices,
  [`${DIRECTORY}/WatchPrincipals`]: forServices,
  // What a secret derives goes to the one service that verifies signatures.
  [`${SIGNING}/DeriveSigningKey`]: { callers: 'none', services: ['aws-gateway'] },
};

export const readOnlyOperations: ReadonlySet<string> = new Set([
  'ListAccounts',
  'GetUser',
  'ListUsers',
  'GetGroup',
  'ListGroups',
  'ListGroupsForUser',
  'GetRole',
  'ListRoles',
  'GetPolicy',
  'ListPolicies',
  'GetPolicyVersion',
  'ListPolicyVersions',
  'ListAttachedPolicies',
  'GetInlinePolicy',
  'ListInlinePolicies',
  'ListAccessKeys',
  'ListCertificateBindings',
  'GetOpenIDConnectProvider',
  'ListOpenIDConnectProviders',
  'GetCallerIdentity',
]);

/** Asked by services about the callers of calls that are audited themselves. */
export const unauditedOperations: ReadonlySet<string> = new Set(['ResolvePrincipal', 'WatchPrincipals', 'DeriveSigningKey']);

const TOKEN_OPERATIONS: ReadonlySet<string> = new Set([
  'GetSessionToken',
  'AssumeRole',
  'AssumeRoleWithWebIdentity',
  'GetCallerIdentity',
  'RevokeSessions',
]);

export const eventSourceOf = (operation: string): string =>
  TOKEN_OPERATIONS.has(operation) ? 'sts.amazonaws.com' : 'iam.amazonaws.com';
