/**
 * A condition key: its value, and the calls that have it. docs/policy.md shows the table. A test of each service makes every call
 * and finds exactly the keys that are listed for it.
 */
export interface ConditionKey<Name extends string = string> {
  /** As policies write it. `KEY` at the end stands for a user's own key, such as a tag's. */
  readonly name: Name;
  /** In Markdown. */
  readonly value: string;
  readonly calls: Calls;
}

/** The calls that have a key, if the caller and the request have a value for it. */
export interface Calls {
  /** As documentation has it. */
  readonly title: string;
  /** Their actions, such as `kms:Encrypt`; none: every action. */
  readonly actions?: readonly string[];
}

const key = <const Name extends string>(name: Name, value: string, calls: Calls = EVERY): ConditionKey<Name> => ({
  name,
  value,
  calls,
});

const EVERY: Calls = { title: 'every call' };

const calls = (service: string, names: readonly string[], title = names.join(', ')): Calls => ({
  title,
  actions: names.map((name) => `${service}:${name}`),
});
const together = (title: string, ...groups: readonly Calls[]): Calls => ({
  title,
  actions: groups.flatMap(({ actions = [] }) => actions),
});

const kms = (...names: string[]): Calls => calls('kms', names);
const PAIRS = kms('GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext');
const ENCRYPTING = together(
  'calls that encrypt or decrypt',
  kms('Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'),
  PAIRS,
);
const CONTEXTS = together('calls that encrypt or decrypt, CreateGrant', ENCRYPTING, kms('CreateGrant'));
const BY_ALIAS = together(
  'calls that may name a key by its alias',
  ENCRYPTING,
  kms('Decapsulate', 'DeriveSharedSecret', 'DescribeKey', 'Encapsulate', 'GenerateMac', 'GetPublicKey', 'Sign', 'Verify'),
  kms('VerifyMac'),
);
const ON_KEYS = together(
  'calls on a key',
  ...[BY_ALIAS, kms('CreateAlias', 'DeleteAlias', 'UpdateAlias', 'DisableKey', 'EnableKey', 'GetKeyPolicy', 'PutKeyPolicy')],
  kms('CancelKeyDeletion', 'ListKeyPolicies', 'ListResourceTags', 'ScheduleKeyDeletion', 'TagResource', 'UntagResource'),
  kms('CreateGrant', 'ListGrants', 'RetireGrant', 'RevokeGrant', 'GetKeyLastUsage', 'UpdateKeyDescription'),
  kms('DisableKeyRotation', 'EnableKeyRotation', 'GetKeyRotationStatus', 'ListKeyRotations', 'RotateKeyOnDemand'),
  kms('DeleteImportedKeyMaterial', 'GetParametersForImport', 'ImportKeyMaterial'),
);
const ON_KEYS_AND_NEW = together('calls on a key, CreateKey', ON_KEYS, kms('CreateKey'));
const EVERY_KMS = together(
  'every call of KMS',
  ON_KEYS_AND_NEW,
  kms('GenerateRandom', 'ListAliases', 'ListKeys', 'ListRetirableGrants'),
);

const userAndRole = (...patterns: string[]): string[] =>
  patterns.flatMap((pattern) => [pattern.replace('*', 'User'), pattern.replace('*', 'Role')]);
const POLICIES_OF_PRINCIPALS = userAndRole('Attach*Policy', 'Delete*Policy', 'Detach*Policy', 'Put*Policy');
const BOUNDARIES = userAndRole('Delete*PermissionsBoundary', 'Put*PermissionsBoundary');
const ON_PRINCIPALS = calls(
  'iam',
  [
    ...[...POLICIES_OF_PRINCIPALS, ...BOUNDARIES],
    ...userAndRole('Delete*', 'Get*', 'Get*Policy', 'ListAttached*Policies', 'List*Policies', 'Tag*', 'Untag*'),
    ...['BindCertificate', 'CreateAccessKey', 'DeleteAccessKey', 'ListAccessKeys', 'ListGroupsForUser', 'UnbindCertificate'],
    ...['UpdateAccessKey', 'UpdateAssumeRolePolicy', 'ChangePassword', 'CreateLoginProfile', 'DeleteLoginProfile'],
    ...['GetLoginProfile', 'UpdateLoginProfile', 'DeactivateMFADevice', 'EnableMFADevice', 'ListMFADevices', 'ResyncMFADevice'],
    ...['CreateSignInLink'],
  ],
  'calls on a user or role',
);
const ATTACHING = calls(
  'iam',
  ['User', 'Group', 'Role'].flatMap((kind) => [`Attach${kind}Policy`, `Detach${kind}Policy`]),
  'Attach…Policy, Detach…Policy',
);
const BOUNDED = calls(
  'iam',
  [...userAndRole('Create*'), ...BOUNDARIES, ...POLICIES_OF_PRINCIPALS],
  'CreateUser, CreateRole; calls on the policies or the boundary of a user or role',
);

const sts = (...names: string[]): Calls => calls('sts', names);
const ASSUMING = sts('AssumeRole', 'AssumeRoleWithWebIdentity', 'TagSession');
const BY_TOKEN = sts('AssumeRoleWithWebIdentity', 'TagSession');

const secrets = (...names: string[]): Calls => calls('secretsmanager', names);
const ON_SECRETS = calls(
  'secretsmanager',
  [
    ...['CancelRotateSecret', 'DeleteResourcePolicy', 'DeleteSecret', 'DescribeSecret', 'GetResourcePolicy', 'GetSecretValue'],
    ...['ListSecretVersionIds', 'PutResourcePolicy', 'PutSecretValue', 'RestoreSecret', 'RotateSecret', 'TagResource'],
    ...['UntagResource', 'UpdateSecret', 'UpdateSecretVersionStage', 'ValidateResourcePolicy'],
  ],
  'calls on a secret',
);
const WITH_NEW_SECRETS = together('calls on a secret, CreateSecret', ON_SECRETS, secrets('CreateSecret'));

const sns = (...names: string[]): Calls => calls('sns', names);
const ON_TOPICS = together(
  'calls on a topic',
  sns('ConfirmSubscription', 'DeleteTopic', 'GetSubscriptionAttributes', 'GetTopicAttributes', 'ListSubscriptionsByTopic'),
  sns('ListTagsForResource', 'Publish', 'SetSubscriptionAttributes', 'SetTopicAttributes', 'Subscribe', 'TagResource'),
  sns('Unsubscribe', 'UntagResource'),
);
const events = (...names: string[]): Calls => calls('events', names);
const ON_RULES = together(
  'calls on a rule',
  events('DeleteRule', 'DescribeRule', 'DisableRule', 'EnableRule', 'ListTagsForResource', 'ListTargetsByRule', 'PutRule'),
  events('PutTargets', 'RemoveTargets', 'TagResource', 'UntagResource'),
);

const ADDING_TAGS = together(
  'calls that set tags',
  ...[secrets('CreateSecret', 'TagResource'), kms('CreateKey', 'TagResource')],
  ...[sns('CreateTopic', 'TagResource'), events('PutRule', 'TagResource')],
  ...[calls('iam', userAndRole('Create*', 'Tag*')), ASSUMING],
);
const REMOVING_TAGS = together(
  '',
  ...[secrets('UntagResource'), kms('UntagResource'), sns('UntagResource'), events('UntagResource')],
  calls('iam', userAndRole('Untag*')),
);

/** By their headings in docs/policy.md. */
export const CONDITION_KEYS = {
  '`aws:`': [
    key('aws:SourceIp', 'the address that the call came from'),
    key('aws:UserAgent', 'the program name that the caller sends'),
    key('aws:SecureTransport', '`true`; `false` if aws-gateway received the request without TLS, on loopback'),
    key('aws:CurrentTime', 'ISO 8601'),
    key('aws:EpochTime', 'in seconds'),
    key('aws:TokenIssueTime', 'when the session began; sessions only'),
    key('aws:PrincipalArn', "the caller's ARN; for a session, its role's ARN"),
    key('aws:PrincipalAccount', 'of users and sessions'),
    key('aws:PrincipalType', '`User`, `AssumedRole` or `Service`'),
    key('aws:PrincipalTag/KEY', 'of the user, or of the role and the session'),
    key('aws:PrincipalIsAWSService', "`true` for Strongroom's own services"),
    key('aws:PrincipalServiceName', "the name of one of Strongroom's own services"),
    key('aws:username', 'of users'),
    key('aws:userid', 'the unique id; for a session, `ROLE-ID:SESSION`'),
    key('aws:FederatedProvider', 'the ARN of the provider that vouches for the caller', BY_TOKEN),
    key('aws:ViaAWSService', '`true` if one service calls another for a caller, `false` otherwise'),
    key('aws:CalledVia', 'that service, such as `secretsmanager.amazonaws.com`'),
    key('aws:CalledViaFirst', 'the same'),
    key('aws:CalledViaLast', 'the same'),
    key(
      'aws:SourceArn',
      "the secret for which one of Strongroom's own services uses a key, on nobody's behalf",
      kms('Decrypt', 'GenerateDataKey'),
    ),
    key('aws:RequestedRegion', "the cluster's region"),
    key('aws:ResourceAccount', "the resource's account"),
    key(
      'aws:ResourceTag/KEY',
      'of the resource',
      together(
        'calls on a secret, a key, a topic, a rule, a user or a role',
        ...[ON_SECRETS, ON_KEYS, ON_TOPICS, ON_RULES, ON_PRINCIPALS, ASSUMING],
      ),
    ),
    key('aws:RequestTag/KEY', 'a tag that the request sets', ADDING_TAGS),
    key(
      'aws:TagKeys',
      'the keys of tags that the request sets or removes',
      together('calls that set or remove tags', ADDING_TAGS, REMOVING_TAGS),
    ),
    key(
      'aws:MultiFactorAuthPresent',
      'whether the session began with a second factor; sessions only: for lasting credentials use `BoolIfExists`',
    ),
    key('aws:MultiFactorAuthAge', 'seconds since the second factor was shown; only of sessions that began with one'),
  ],
  '`sts:` and identity providers, in trust policies': [
    key('sts:RoleSessionName', 'as requested', ASSUMING),
    key('sts:ExternalId', 'as requested', sts('AssumeRole', 'TagSession')),
    key('sts:TransitiveTagKeys', 'as requested', ASSUMING),
    key('ISSUER:sub', 'of the token; `ISSUER` is without its scheme, as in `id.example.org/realms/staff:sub`', BY_TOKEN),
    key('ISSUER:aud', "the token's `azp` if it has one, its `aud` otherwise", BY_TOKEN),
    key('ISSUER:oaud', "the token's `aud`", BY_TOKEN),
    key('ISSUER:amr', 'of the token', BY_TOKEN),
    key('ISSUER:email', 'of the token', BY_TOKEN),
  ],
  '`iam:`': [
    key(
      'iam:ResourceTag/KEY',
      'of the user or role',
      together('calls on a user or role, AssumeRole, AssumeRoleWithWebIdentity', ON_PRINCIPALS, ASSUMING),
    ),
    key('iam:PolicyARN', 'of the managed policy', ATTACHING),
    key('iam:PermissionsBoundary', 'the boundary in the request; otherwise that of the user or role', BOUNDED),
  ],
  '`secretsmanager:`': [
    key('secretsmanager:Name', 'as requested', secrets('CreateSecret')),
    key('secretsmanager:Description', 'as requested', secrets('CreateSecret', 'UpdateSecret')),
    key('secretsmanager:KmsKeyId', 'as requested', secrets('CreateSecret', 'UpdateSecret')),
    key('secretsmanager:KmsKeyArn', 'as requested', secrets('CreateSecret', 'UpdateSecret')),
    key('secretsmanager:SecretId', "the secret's ARN", ON_SECRETS),
    key(
      'secretsmanager:VersionId',
      'as requested',
      secrets('GetSecretValue', 'PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage'),
    ),
    key('secretsmanager:VersionStage', 'as requested', secrets('GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage')),
    key('secretsmanager:ResourceTag/KEY', 'of the secret', ON_SECRETS),
    key('secretsmanager:resource/AllowRotationLambdaArn', "the ARN of the secret's rotation function", ON_SECRETS),
    key('secretsmanager:SecretPrimaryRegion', "the cluster's region", WITH_NEW_SECRETS),
    key('secretsmanager:RotationLambdaARN', 'of the rotation function in the request', secrets('RotateSecret')),
    key('secretsmanager:ModifyRotationRules', 'whether the request has rotation rules', secrets('RotateSecret')),
    key('secretsmanager:RotateImmediately', 'as requested, `true` by default', secrets('RotateSecret')),
    key('secretsmanager:BlockPublicPolicy', 'as requested', secrets('PutResourcePolicy')),
    key('secretsmanager:ForceDeleteWithoutRecovery', 'as requested', secrets('DeleteSecret')),
    key('secretsmanager:RecoveryWindowInDays', 'as requested, 30 by default', secrets('DeleteSecret')),
  ],
  '`kms:`': [
    key('kms:CallerAccount', "the caller's account", EVERY_KMS),
    key(
      'kms:ViaService',
      'the service that calls for the caller, such as `secretsmanager.us-east-1.amazonaws.com`',
      together(
        'Decrypt, GenerateDataKey; what secrets-api asks of a key',
        kms('Decrypt', 'DescribeKey', 'GenerateDataKey', 'GetKeyLastUsage', 'ListAliases', 'ListGrants'),
        kms('ReEncryptFrom', 'ReEncryptTo'),
      ),
    ),
    key('kms:EncryptionContext:KEY', 'of the request, or of the constraint in CreateGrant; KEY is case-insensitive', CONTEXTS),
    key('kms:EncryptionContextKeys', 'the same, case-sensitive', CONTEXTS),
    key('kms:EncryptionAlgorithm', 'such as `SYMMETRIC_DEFAULT`, which is the default', ENCRYPTING),
    key('kms:SigningAlgorithm', 'as requested', kms('Sign', 'Verify')),
    key('kms:MessageType', 'as requested, `RAW` by default', kms('Sign', 'Verify')),
    key('kms:MacAlgorithm', 'as requested', kms('GenerateMac', 'VerifyMac')),
    key('kms:KeyAgreementAlgorithm', '`ECDH`', kms('DeriveSharedSecret')),
    key('kms:DataKeyPairSpec', 'as requested', PAIRS),
    key('kms:KeySpec', 'such as `SYMMETRIC_DEFAULT`', ON_KEYS_AND_NEW),
    key('kms:KeyUsage', 'such as `ENCRYPT_DECRYPT`', ON_KEYS_AND_NEW),
    key('kms:CustomerMasterKeySpec', 'the same as `kms:KeySpec`', ON_KEYS_AND_NEW),
    key('kms:CustomerMasterKeyUsage', 'the same as `kms:KeyUsage`', ON_KEYS_AND_NEW),
    key('kms:KeyOrigin', '`AWS_KMS` or `EXTERNAL`', ON_KEYS_AND_NEW),
    key('kms:MultiRegion', '`false`', ON_KEYS_AND_NEW),
    key('kms:RequestAlias', 'the alias by which the request names the key', BY_ALIAS),
    key('kms:ResourceAliases', 'all aliases of the key', ON_KEYS),
    key('kms:ResourceTag/KEY', 'of the key', ON_KEYS),
    key('kms:ScheduleKeyDeletionPendingWindowInDays', 'as requested, 30 by default', kms('ScheduleKeyDeletion')),
    key('kms:ExpirationModel', 'as requested, `KEY_MATERIAL_EXPIRES` by default', kms('ImportKeyMaterial')),
    key('kms:ValidTo', 'as requested, in seconds since 1970', kms('ImportKeyMaterial')),
    key('kms:WrappingAlgorithm', 'as requested', kms('GetParametersForImport')),
    key('kms:WrappingKeySpec', 'as requested', kms('GetParametersForImport')),
    key('kms:RotationPeriodInDays', 'as requested, 365 by default', kms('EnableKeyRotation')),
    key('kms:ReEncryptOnSameKey', 'whether both keys are the same', kms('ReEncryptFrom', 'ReEncryptTo')),
    key('kms:BypassPolicyLockoutSafetyCheck', '`true` if requested, absent otherwise', kms('CreateKey', 'PutKeyPolicy')),
    key('kms:GranteePrincipal', 'as requested', kms('CreateGrant')),
    key('kms:RetiringPrincipal', 'as requested', kms('CreateGrant')),
    key('kms:GrantOperations', 'as requested', kms('CreateGrant')),
    key('kms:GrantConstraintType', '`EncryptionContextEquals` or `EncryptionContextSubset`', kms('CreateGrant')),
    key(
      'kms:GrantIsForAWSResource',
      '`true` if a service calls for the caller, `false` otherwise',
      kms('CreateGrant', 'ListGrants', 'RevokeGrant'),
    ),
  ],
  '`sns:`': [
    key('sns:Protocol', 'as requested: `http`, `https` or `email`', sns('Subscribe')),
    key('sns:Endpoint', 'the address as requested', sns('Subscribe')),
  ],
} as const;

const ALL: readonly ConditionKey[] = Object.values(CONDITION_KEYS).flat();
const PARTS = ALL.map((entry) => ({ entry, ...affixes(entry.name.toLowerCase()) }));

/** The table's entry for a key, in any case. */
export function conditionKeyOf(name: string): ConditionKey | undefined {
  const asked = name.toLowerCase();
  return PARTS.find(({ begin, end, open }) =>
    open ? asked.length > begin.length + end.length && asked.startsWith(begin) && asked.endsWith(end) : asked === begin,
  )?.entry;
}

/** The fixed parts of a name: all of it, or the text around `KEY` or `ISSUER`. */
function affixes(name: string): { begin: string; end: string; open: boolean } {
  if (name.endsWith('/key') || name.endsWith(':key')) return { begin: name.slice(0, -3), end: '', open: true };
  if (name.startsWith('issuer:')) return { begin: '', end: name.slice('issuer'.length), open: true };
  return { begin: name, end: '', open: false };
}
