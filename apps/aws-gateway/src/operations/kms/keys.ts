import { keyTexts } from '@strongroom/field-rules';
import { AwsError } from '../../aws-error';
import type { Fields } from '../../model/message';
import { flag, integer, list, refused, required, structure, text, timestamp } from '../../model/shapes';
import type { Hooks } from '../operation';
import {
  aboutKey,
  grantTokens,
  keyId,
  keySpec,
  keyState,
  keyUsage,
  limit,
  marker,
  of,
  ofKey,
  one,
  page,
  paged,
  tags,
} from './shapes';

const aliasName = required(text(keyTexts.aliasCharacters));
const policy = text({ min: 1, max: 131_072 });
const policyName = text({ min: 1, max: 128, pattern: '[\\w]+' });

/** crypto-keyservice tells apart other names that cannot be an alias. */
const ofAlias: Hooks = {
  check: ({ AliasName: name }) =>
    (name as string).startsWith('alias/') ? undefined : new AwsError('ValidationException', 'Invalid identifier'),
};
/** A key has one policy, and this is its name. */
const DEFAULT_POLICY = 'default';

/** CustomerMasterKeySpec is the old name of KeySpec; a request has one of them. */
const withOldName: Hooks = {
  check: ({ CustomerMasterKeySpec: old, KeySpec: present }) =>
    old !== undefined && present !== undefined
      ? new AwsError('ValidationException', 'You cannot specify KeySpec and CustomerMasterKeySpec in the same request.')
      : undefined,
  toRequest: ({ customerMasterKeySpec, ...fields }: Fields) => ({ keySpec: customerMasterKeySpec, ...fields }),
};

/** Keys, their aliases, policies and tags. */
export const keys = {
  CancelKeyDeletion: of('cancelKeyDeletion', ofKey, { KeyId: text() }),
  CreateAlias: of('createAlias', { AliasName: aliasName, TargetKeyId: required(keyId) }, {}, ofAlias),
  CreateKey: of(
    'createKey',
    {
      Policy: policy,
      Description: text(keyTexts.description),
      KeyUsage: keyUsage,
      CustomerMasterKeySpec: keySpec,
      KeySpec: keySpec,
      Origin: one('AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'),
      CustomKeyStoreId: refused(),
      BypassPolicyLockoutSafetyCheck: flag,
      Tags: tags,
      MultiRegion: refused(),
      XksKeyId: refused(),
    },
    aboutKey,
    withOldName,
  ),
  DeleteAlias: of('deleteAlias', { AliasName: aliasName }, {}, ofAlias),
  DescribeKey: of('describeKey', { ...ofKey, GrantTokens: grantTokens }, aboutKey),
  DisableKey: of('disableKey', ofKey),
  EnableKey: of('enableKey', ofKey),
  GetKeyLastUsage: of('getKeyLastUsage', ofKey, {
    KeyId: text(),
    KeyLastUsage: required(
      structure({ Operation: text(), Timestamp: timestamp, CloudTrailEventId: text(), KmsRequestId: text() }),
    ),
    TrackingStartDate: timestamp,
    KeyCreationDate: timestamp,
  }),
  GetKeyPolicy: of(
    'getKeyPolicy',
    { ...ofKey, PolicyName: refused(DEFAULT_POLICY) },
    { Policy: text(), PolicyName: text() },
    { fromResponse: (message) => ({ ...message, policyName: DEFAULT_POLICY }) },
  ),
  ListAliases: of(
    'listAliases',
    { KeyId: keyId, ...paged },
    {
      Aliases: required(
        list(
          structure({
            AliasName: text(),
            AliasArn: text(),
            TargetKeyId: text(),
            CreationDate: timestamp,
            LastUpdatedDate: timestamp,
          }),
        ),
      ),
      ...page,
    },
  ),
  ListKeyPolicies: of('listKeyPolicies', { ...ofKey, ...paged }, { PolicyNames: required(list(policyName)), ...page }),
  ListKeys: of(
    'listKeys',
    { Limit: limit, Marker: marker },
    { Keys: required(list(structure({ KeyId: text(), KeyArn: text() }))), ...page },
  ),
  ListResourceTags: of('listResourceTags', { ...ofKey, ...paged }, { Tags: required(tags), ...page }),
  PutKeyPolicy: of('putKeyPolicy', {
    ...ofKey,
    PolicyName: refused(DEFAULT_POLICY),
    Policy: required(policy),
    BypassPolicyLockoutSafetyCheck: flag,
  }),
  ScheduleKeyDeletion: of(
    'scheduleKeyDeletion',
    { ...ofKey, PendingWindowInDays: integer({ min: 1, max: 365 }) },
    { KeyId: text(), DeletionDate: timestamp, KeyState: keyState, PendingWindowInDays: integer() },
  ),
  TagResource: of('tagResource', { ...ofKey, Tags: required(tags) }),
  UntagResource: of('untagResource', { ...ofKey, TagKeys: required(list(text(keyTexts.tagKey))) }),
  UpdateAlias: of('updateAlias', { AliasName: aliasName, TargetKeyId: required(keyId) }, {}, ofAlias),
  UpdateKeyDescription: of('updateKeyDescription', { ...ofKey, Description: required(text(keyTexts.description)) }),
};
