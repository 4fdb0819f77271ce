import { SortBy, SortOrder } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { secretsService } from '@strongroom/methods';
import { secretFilterKeys, secretNumbers, secretTexts } from '@strongroom/field-rules';
import { AwsError } from '../aws-error';
import type { Fields } from '../model/message';
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
  type Structure,
  structure,
  text,
  timestamp,
  within,
} from '../model/shapes';
import { type Hooks, operationsOf, type Operations } from './operation';

const of = operationsOf<typeof secretsService>('secrets');

const secretId = required(text({ min: 1, max: 2_048 }));
const versionId = text(secretTexts.versionId);
const stage = text(secretTexts.versionStage);
const nextToken = text(secretTexts.nextToken);
const policy = text(secretTexts.resourcePolicy);
const tags = list(structure({ Key: required(text(secretTexts.tagKey)), Value: required(text(secretTexts.tagValue)) }));
const filters = list(
  structure({
    Key: text({ values: secretFilterKeys }),
    Values: list(text(secretTexts.filterValue), secretNumbers.filterValues),
  }),
  secretNumbers.filters,
);
const secretName = text({
  ...secretTexts.name,
  otherwise: 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
});
const metadata: Members = {
  ClientRequestToken: versionId,
  Description: text(secretTexts.description),
  KmsKeyId: text(secretTexts.kmsKeyId),
};
const value: Members = {
  SecretString: text({ ...secretNumbers.valueSize, sensitive: true }),
  SecretBinary: blob(secretNumbers.valueSize),
};

const rotationRules = structure({
  AutomaticallyAfterDays: long(secretNumbers.automaticallyAfterDays),
  Duration: text(secretTexts.rotationDuration),
  ScheduleExpression: text(secretTexts.scheduleExpression),
});

const named: Members = { ARN: text(), Name: text() };
const madeVersion: Members = { ...named, VersionId: text() };
const valueOut: Members = { ...madeVersion, ...value, VersionStages: list(text()), CreatedDate: timestamp };
/** The members that DescribeSecret and ListSecrets share. */
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

/** AWS's SDKs create one if their user does not, so that a repeated request has the same one. */
const requireToken =
  (code: string) =>
  ({ ClientRequestToken: token }: Structure): AwsError | undefined =>
    token === undefined
      ? new AwsError(code, 'You must provide a ClientRequestToken value. We recommend a UUID-type value.')
      : undefined;

/** AWS's two members for a value are one in the gRPC message. */
const takesValue: Hooks = {
  check: (input) =>
    input.SecretString !== undefined && input.SecretBinary !== undefined
      ? new AwsError(
          'InvalidParameterException',
          "You can't specify both a binary secret value and a string secret value in the same secret.",
        )
      : requireToken('InvalidRequestException')(input),
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
        SecretIdList: list(text({ min: 1, max: 2_048 }), secretNumbers.secretIdList),
        Filters: filters,
        MaxResults: integer(secretNumbers.batchMaxResults),
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
        PasswordLength: long(secretNumbers.passwordLength),
        ExcludeCharacters: text(secretTexts.excludeCharacters),
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
      { SecretId: secretId, MaxResults: integer(secretNumbers.listMaxResults), NextToken: nextToken, IncludeDeprecated: flag },
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
        MaxResults: integer(secretNumbers.listMaxResults),
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
        VersionStages: list(stage, secretNumbers.versionStages),
        RotationToken: text({ ...secretTexts.rotationToken, sensitive: true }),
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
      { check: requireToken('InvalidParameterException') },
    ),
    TagResource: of('tagResource', { SecretId: secretId, Tags: required(tags) }),
    UntagResource: of('untagResource', { SecretId: secretId, TagKeys: required(list(text(secretTexts.tagKey))) }),
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
