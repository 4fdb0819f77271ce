import type { ManagedPolicy } from './managed-policy';

export interface BuiltInPolicy extends ManagedPolicy {
  arn: string;
  document: string;
}

const allow = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });

/** A built-in policy: it changes only with the code, in a new version. */
function builtIn(
  name: string,
  id: string,
  description: string,
  versions: readonly { on: string; statements: readonly object[] }[],
): BuiltInPolicy {
  const latest = versions.at(-1)!;
  return {
    id,
    accountId: 'aws',
    name,
    path: '/',
    arn: `arn:aws:iam::aws:policy/${name}`,
    description,
    defaultVersion: versions.length,
    createDate: new Date(versions[0]!.on),
    updateDate: new Date(latest.on),
    document: JSON.stringify({ Version: '2012-10-17', Statement: latest.statements }),
  };
}

/** What the first version of the policy that reads everything allowed. */
const FIRST_READS = [
  'secretsmanager:Describe*',
  'secretsmanager:List*',
  'secretsmanager:GetResourcePolicy',
  'secretsmanager:ValidateResourcePolicy',
  'secretsmanager:GetRandomPassword',
  'kms:Describe*',
  'kms:List*',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'iam:Get*',
  'iam:List*',
  'cloudtrail:LookupEvents',
  'cloudtrail:ValidateLogs',
  'cloudtrail:GetCheckpoint',
  'cloudtrail:GetConsistencyProof',
  'cloudtrail:GetInclusionProof',
  'cloudtrail:ListCheckpointKeys',
];
const READS = [
  ...FIRST_READS,
  ...['kms:GetKeyLastUsage', 'kms:GetPublicKey'],
  ...['events:Describe*', 'events:List*', 'events:TestEventPattern', 'sns:Get*', 'sns:List*', 'cloudwatch:Describe*'],
  ...['ce:GetCostAndUsage', 'pricing:GetPriceList', 'budgets:ViewBudget', 'sts:ListSessions'],
];

export const BUILT_IN_POLICIES: readonly BuiltInPolicy[] = [
  builtIn('AdministratorAccess', 'ANPASTRONGROOMADMINIS', 'Everything.', [
    { on: '2026-11-01T00:00:00Z', statements: [allow('*')] },
  ]),
  builtIn('IAMFullAccess', 'ANPASTRONGROOMIAMFULL', 'Users, groups, roles, policies and credentials.', [
    { on: '2026-11-01T00:00:00Z', statements: [allow('iam:*', 'sts:RevokeSessions')] },
  ]),
  builtIn('SecretsManagerReadWrite', 'ANPASTRONGROOMSECRETS', 'Secrets, and the use of the keys that encrypt them.', [
    {
      on: '2026-11-01T00:00:00Z',
      statements: [
        allow(
          'secretsmanager:*',
          'kms:DescribeKey',
          'kms:ListKeys',
          'kms:ListAliases',
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:GenerateRandom',
        ),
      ],
    },
  ]),
  builtIn(
    'StrongroomReadOnlyAccess',
    'ANPASTRONGROOMREADNLY',
    'Reads everything except the values of secrets; changes nothing.',
    [
      { on: '2026-11-01T00:00:00Z', statements: [allow(...FIRST_READS)] },
      { on: '2026-11-30T00:00:00Z', statements: [allow(...READS)] },
    ],
  ),
];

const BY_ARN = new Map(BUILT_IN_POLICIES.map((policy) => [policy.arn, policy]));

export const builtInPolicy = (arn: string): BuiltInPolicy | undefined => BY_ARN.get(arn);

export const ADMINISTRATOR_ACCESS = 'arn:aws:iam::aws:policy/AdministratorAccess';
