import { DataKeySpec, KeyManager, KeyState } from '@strongroom/contracts/strongroom/keys/v1/keys';
import type { keyService } from '@strongroom/methods';
import { keyNumbers, keyTexts } from '@strongroom/field-rules';
import { AwsError } from '../aws-error';
import type { Fields } from '../model/message';
import {
  blob,
  flag,
  integer,
  list,
  map,
  type Members,
  named,
  oneOf,
  refused,
  required,
  structure,
  text,
  timestamp,
} from '../model/shapes';
import { type Hooks, operationsOf, type Operations } from './operation';

const of = operationsOf<typeof keyService>('keys');

const keyId = text({ min: 1, max: 2_048 });
const aliasName = required(text(keyTexts.aliasCharacters));
const policy = text({ min: 1, max: 131_072 });
const policyName = text({ min: 1, max: 128, pattern: '[\\w]+' });
const marker = text({ min: 1, max: 1_024 });
const limit = integer(keyNumbers.limit);
const encryptionContext = map(text());
const numberOfBytes = integer(keyNumbers.numberOfBytes);
const keySpec = oneOf({ AES_256: DataKeySpec.AES_256, AES_128: DataKeySpec.AES_128 });
const ciphertext = blob(keyNumbers.ciphertext);
const symmetric = refused('SYMMETRIC_DEFAULT');
/** Grant tokens are ignored: they could only allow more, and there are no grants. What would change the operation is refused. */
const dryRun = { DryRun: refused() };
const recipient = { Recipient: refused() };

const keyMetadata = structure({
  AWSAccountId: text(),
  KeyId: required(text()),
  Arn: text(),
  CreationDate: timestamp,
  Enabled: flag,
  Description: required(text()),
  KeyUsage: text(),
  KeyState: oneOf({ Enabled: KeyState.ENABLED, Disabled: KeyState.DISABLED }),
  Origin: text(),
  KeyManager: oneOf({ AWS: KeyManager.AWS, CUSTOMER: KeyManager.CUSTOMER }),
  CustomerMasterKeySpec: named('keySpec', text()),
  KeySpec: text(),
  EncryptionAlgorithms: list(text()),
  MultiRegion: flag,
});
const aboutKey: Members = { KeyMetadata: keyMetadata };
const withAlgorithms: Hooks = {
  fromResponse: ({ keyMetadata, ...rest }) => ({
    ...rest,
    keyMetadata: { ...(keyMetadata as Fields), encryptionAlgorithms: ['SYMMETRIC_DEFAULT'] },
  }),
};
const page: Members = { NextMarker: text(), Truncated: flag };
const withAlgorithm: Hooks = { fromResponse: (message) => ({ ...message, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' }) };
/** crypto-keyservice tells apart other names that cannot be an alias. */
const ofAlias: Hooks = {
  check: ({ AliasName: name }) =>
    (name as string).startsWith('alias/') ? undefined : new AwsError('ValidationException', 'Invalid identifier'),
};
/** A key has one policy, and this is its name. */
const DEFAULT_POLICY = 'default';

/** AWS KMS, 2014-11-01. */
export const kms: Operations = new Map(
  Object.entries({
    CreateAlias: of('createAlias', { AliasName: aliasName, TargetKeyId: required(keyId) }, {}, ofAlias),
    CreateKey: of(
      'createKey',
      {
        Policy: policy,
        Description: text(keyTexts.description),
        KeyUsage: refused('ENCRYPT_DECRYPT'),
        CustomerMasterKeySpec: symmetric,
        KeySpec: symmetric,
        Origin: refused('AWS_KMS'),
        CustomKeyStoreId: refused(),
        BypassPolicyLockoutSafetyCheck: flag,
        Tags: list(
          structure({
            TagKey: named('key', required(text(keyTexts.tagKey))),
            TagValue: named('value', required(text(keyTexts.tagValue))),
          }),
        ),
        MultiRegion: refused(),
        XksKeyId: refused(),
      },
      aboutKey,
      withAlgorithms,
    ),
    Decrypt: of(
      'decrypt',
      {
        CiphertextBlob: required(ciphertext),
        EncryptionContext: encryptionContext,
        KeyId: keyId,
        EncryptionAlgorithm: symmetric,
        ...dryRun,
        DryRunModifiers: refused(),
        ...recipient,
      },
      { KeyId: text(), Plaintext: blob(), EncryptionAlgorithm: text() },
      withAlgorithm,
    ),
    DeleteAlias: of('deleteAlias', { AliasName: aliasName }, {}, ofAlias),
    DescribeKey: of('describeKey', { KeyId: required(keyId) }, aboutKey, withAlgorithms),
    DisableKey: of('disableKey', { KeyId: required(keyId) }),
    EnableKey: of('enableKey', { KeyId: required(keyId) }),
    Encrypt: of(
      'encrypt',
      {
        KeyId: required(keyId),
        Plaintext: required(blob(keyNumbers.plaintext)),
        EncryptionContext: encryptionContext,
        EncryptionAlgorithm: symmetric,
        ...dryRun,
      },
      { CiphertextBlob: blob(), KeyId: text(), EncryptionAlgorithm: text() },
      withAlgorithm,
    ),
    GenerateDataKey: of(
      'generateDataKey',
      {
        KeyId: required(keyId),
        EncryptionContext: encryptionContext,
        NumberOfBytes: numberOfBytes,
        KeySpec: keySpec,
        ...dryRun,
        ...recipient,
      },
      { CiphertextBlob: blob(), Plaintext: blob(), KeyId: text() },
    ),
    GenerateDataKeyWithoutPlaintext: of(
      'generateDataKeyWithoutPlaintext',
      {
        KeyId: required(keyId),
        EncryptionContext: encryptionContext,
        KeySpec: keySpec,
        NumberOfBytes: numberOfBytes,
        ...dryRun,
      },
      { CiphertextBlob: blob(), KeyId: text() },
    ),
    GenerateRandom: of(
      'generateRandom',
      { NumberOfBytes: numberOfBytes, CustomKeyStoreId: refused(), ...recipient },
      { Plaintext: blob() },
      {
        check: ({ NumberOfBytes: size }) =>
          size === undefined ? new AwsError('ValidationException', 'NumberOfBytes is required.') : undefined,
      },
    ),
    GetKeyPolicy: of(
      'getKeyPolicy',
      { KeyId: required(keyId), PolicyName: refused(DEFAULT_POLICY) },
      { Policy: text(), PolicyName: text() },
      { fromResponse: (message) => ({ ...message, policyName: DEFAULT_POLICY }) },
    ),
    ListAliases: of(
      'listAliases',
      { KeyId: keyId, Limit: limit, Marker: marker },
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
    ListKeyPolicies: of(
      'getKeyPolicy',
      { KeyId: required(keyId), Limit: limit, Marker: marker },
      { PolicyNames: required(list(policyName)), Truncated: flag },
      { toRequest: ({ keyId }) => ({ keyId }), fromResponse: () => ({ policyNames: [DEFAULT_POLICY], truncated: false }) },
    ),
    ListKeys: of(
      'listKeys',
      { Limit: limit, Marker: marker },
      { Keys: required(list(structure({ KeyId: text(), KeyArn: text() }))), ...page },
    ),
    PutKeyPolicy: of('putKeyPolicy', {
      KeyId: required(keyId),
      PolicyName: refused(DEFAULT_POLICY),
      Policy: required(policy),
      BypassPolicyLockoutSafetyCheck: flag,
    }),
    UpdateAlias: of('updateAlias', { AliasName: aliasName, TargetKeyId: required(keyId) }, {}, ofAlias),
  }),
);
