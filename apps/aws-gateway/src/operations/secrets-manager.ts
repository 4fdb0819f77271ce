import { SortBy, SortOrder, type SecretsServiceClient } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { type Fields } from '../model/message';
import {
  blob,
  flag,
  integer,
  list,
  long,
  map,
  type Members,
  oneOf,
  refused,
  required,
  structure,
  text,
  timestamp,
  within,
} from '../model/shapes';
import { type Hooks, operationsOf, type Operations } from './operation';

const of = operationsOf<SecretsServiceClient>('secrets');

const secretId = required(text({ min: 1, max: 2_048 }));
const versionId = text({ min: 32, max: 64 });
const stage = text({ min: 1, max: 256 });
const nextToken = text({ min: 1, max: 4_096 });
const policy = text({ min: 1, max: 20_480 });
const tags = list(structure({ Key: required(text({ min: 1, max: 128 })), Value: required(text({ max: 256 })) }));
const filters = list(
  structure({
    Key: text({
      values: ['description', 'name', 'tag-key', 'tag-value', 'primary-region', 'owning-service', 'all'],
    }),
    Values: list(text({ max: 512, pattern: '!?[\\s\\S]*' }), { min: 1, max: 10 }),
  }),
  { max: 10 },
);
const secretName = text({
  min: 1,
  max: 512,
  pattern: '[A-Za-z0-9/_+=.@-]+',
  otherwise: 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
});
const metadata: Members = {
  ClientRequestToken: versionId,
  Description: text({ max: 2_048 }),
  KmsKeyId: text({ max: 2_048 }),
};
const value: Members = {
  SecretString: text({ min: 1, max: 65_536, sensitive: true }),
  SecretBinary: blob({ min: 1, max: 65_536 }),
};

const rotationRules = structure({
  AutomaticallyAfterDays: long({ min: 1, max: 1_000 }),
  Duration: text({ min: 2, max: 3, pattern: '[0-9]+h' }),
  ScheduleExpression: text({ min: 1, max: 256, pattern: '[0-9A-Za-z\\(\\)#\\?\\*\\-\\/, ]+' }),
});

const named: Members = { ARN: text(), Name: text() };
const madeVersion: Members = { ...named, VersionId: text() };
const valueOut: Members = { ...madeVersion, ...value, VersionStages: list(text()), CreatedDate: timestamp };
/** What DescribeSecret and ListSecrets say alike. */
const description: Members = {
  ...named,
  Description: text(),
  KmsKeyId: text(),
  RotationEnabled: flag,
  RotationLambdaARN: text(),
  RotationRules: rotationRules,
  NextRotationDate: timestamp,
  LastRotatedDate: timestamp,
  LastChangedDate: timestamp,
  LastAccessedDate: timestamp,
  DeletedDate: timestamp,
  Tags: list(structure({ Key: required(text()), Value: required(text()) })),
  OwningService: text(),
  CreatedDate: timestamp,
  PrimaryRegion: text(),
};
const stagesByVersion = map(within('stages', list(text())));

/** The two members that a value may be in are one in the gRPC message. */
const takesValue: Hooks = {
  toRequest: ({ secretString, secretBinary, ...fields }) => {
    if (secretString === undefined && secretBinary === undefined) return fields;
    const [$case, value] = secretString === undefined ? ['secretBinary', secretBinary] : ['secretString', secretString];
    return { ...fields, value: { value: { $case, value } } };
  },
};
const flattenValue = ({ value, ...message }: Fields): Fields => {
  const { $case, value: content } = (value as { value?: { $case: string; value: unknown } } | undefined)?.value ?? {};
  return $case === undefined ? message : { ...message, [$case]: content };
};

/** AWS Secrets Manager, 2017-10-17. */
export const secretsManager: Operations = new Map(
  Object.entries({
    BatchGetSecretValue: of(
      'batchGetSecretValue',
      {
        SecretIdList: list(text({ min: 1, max: 2_048 }), { min: 1, max: 20 }),
        Filters: filters,
        MaxResults: integer({ min: 1, max: 20 }),
        NextToken: nextToken,
      },
      {
        SecretValues: required(list(structure(valueOut))),
        NextToken: text(),
        Errors: required(list(structure({ SecretId: text(), ErrorCode: text(), Message: text() }))),
      },
      {
        fromResponse: ({ secretValues, ...rest }) => ({ ...rest, secretValues: (secretValues as Fields[]).map(flattenValue) }),
      },
    ),
    CancelRotateSecret: of('cancelRotateSecret', { SecretId: secretId }, madeVersion),
    CreateSecret: of(
      'createSecret',
      {
        Name: required(secretName),
        ...metadata,
        ...value,
        Tags: tags,
        AddReplicaRegions: refused(),
        ForceOverwriteReplicaSecret: refused(),
        Type: refused(),
      },
      madeVersion,
      takesValue,
    ),
    DeleteResourcePolicy: of('deleteResourcePolicy', { SecretId: secretId }, named),
    DeleteSecret: of(
      'deleteSecret',
      { SecretId: secretId, RecoveryWindowInDays: long(), ForceDeleteWithoutRecovery: flag },
      { ...named, DeletionDate: timestamp },
    ),
    DescribeSecret: of('describeSecret', { SecretId: secretId }, { ...description, VersionIdsToStages: stagesByVersion }),
    GetRandomPassword: of(
      'getRandomPassword',
      {
        PasswordLength: long({ min: 1, max: 4_096 }),
        ExcludeCharacters: text({ max: 4_096 }),
        ExcludeNumbers: flag,
        ExcludePunctuation: flag,
        ExcludeUppercase: flag,
        ExcludeLowercase: flag,
        IncludeSpace: flag,
        RequireEachIncludedType: flag,
      },
      { RandomPassword: text() },
    ),
    GetResourcePolicy: of('getResourcePolicy', { SecretId: secretId }, { ...named, ResourcePolicy: text() }),
    GetSecretValue: of('getSecretValue', { SecretId: secretId, VersionId: versionId, VersionStage: stage }, valueOut, {
      fromResponse: flattenValue,
    }),
    ListSecretVersionIds: of(
      'listSecretVersionIds',
      { SecretId: secretId, MaxResults: integer({ min: 1, max: 100 }), NextToken: nextToken, IncludeDeprecated: flag },
      {
        ...named,
        Versions: required(
          list(
            structure({
              VersionId: text(),
              VersionStages: list(text()),
              LastAccessedDate: timestamp,
              CreatedDate: timestamp,
              KmsKeyIds: list(text()),
            }),
          ),
        ),
        NextToken: text(),
      },
    ),
    ListSecrets: of(
      'listSecrets',
      {
        IncludePlannedDeletion: flag,
        MaxResults: integer({ min: 1, max: 100 }),
        NextToken: nextToken,
        Filters: filters,
        SortOrder: oneOf({ asc: SortOrder.ASC, desc: SortOrder.DESC }),
        SortBy: oneOf({
          'created-date': SortBy.CREATED_DATE,
          'last-accessed-date': SortBy.LAST_ACCESSED_DATE,
          'last-changed-date': SortBy.LAST_CHANGED_DATE,
          name: SortBy.NAME,
        }),
      },
      {
        SecretList: required(list(structure({ ...description, SecretVersionsToStages: stagesByVersion }))),
        NextToken: text(),
      },
    ),
    PutResourcePolicy: of(
      'putResourcePolicy',
      { SecretId: secretId, ResourcePolicy: required(policy), BlockPublicPolicy: flag },
      named,
    ),
    PutSecretValue: of(
      'putSecretValue',
      {
        SecretId: secretId,
        ClientRequestToken: versionId,
        ...value,
        VersionStages: list(stage, { min: 1, max: 20 }),
        RotationToken: text({ min: 36, max: 256, pattern: '[a-zA-Z0-9\\-]+', sensitive: true }),
      },
      { ...madeVersion, VersionStages: list(text()) },
      takesValue,
    ),
    RestoreSecret: of('restoreSecret', { SecretId: secretId }, named),
    RotateSecret: of(
      'rotateSecret',
      {
        SecretId: secretId,
        ClientRequestToken: versionId,
        RotationLambdaARN: text({ max: 2_048 }),
        RotationRules: rotationRules,
        RotateImmediately: flag,
        ExternalSecretRotationMetadata: refused(),
        ExternalSecretRotationRoleArn: refused(),
      },
      madeVersion,
    ),
    TagResource: of('tagResource', { SecretId: secretId, Tags: required(tags) }),
    UntagResource: of('untagResource', { SecretId: secretId, TagKeys: required(list(text({ min: 1, max: 128 }))) }),
    UpdateSecret: of('updateSecret', { SecretId: secretId, ...metadata, ...value, Type: refused() }, madeVersion, takesValue),
    UpdateSecretVersionStage: of(
      'updateSecretVersionStage',
      {
        SecretId: secretId,
        VersionStage: required(stage),
        RemoveFromVersionId: versionId,
        MoveToVersionId: versionId,
      },
      named,
    ),
    ValidateResourcePolicy: of(
      'validateResourcePolicy',
      { SecretId: text({ min: 1, max: 2_048 }), ResourcePolicy: required(policy) },
      {
        PolicyValidationPassed: flag,
        ValidationErrors: required(list(structure({ CheckName: text(), ErrorMessage: text() }))),
      },
    ),
  }),
);
