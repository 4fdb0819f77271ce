import { keyNumbers } from '@strongroom/field-rules';
import { DATA_KEY_PAIR_SPECS } from '@strongroom/key-algorithms/specs';
import { AwsError } from '../../aws-error';
import { blob, flag, refused, required, text } from '../../model/shapes';
import * as s from './shapes';

const { of, ofKey, using } = s;
const ciphertextAndKey = { CiphertextBlob: blob(), KeyId: text() };
const keyPairSpec = required(s.one(...DATA_KEY_PAIR_SPECS));
const message = required(blob({ min: 1, max: 4_096 }));
const messageType = s.one('RAW', 'DIGEST', 'EXTERNAL_MU');
const signature = required(blob({ min: 1, max: 6_144 }));
const dataKey = { EncryptionContext: s.encryptionContext, NumberOfBytes: s.numberOfBytes, KeySpec: s.keySpecOfData };

/** What is done with keys. */
export const cryptography = {
  Decapsulate: of(
    'decapsulate',
    {
      ...ofKey,
      SharedSecretCiphertextBlob: required(blob({ min: 1, max: 6_144 })),
      EncapsulationAlgorithm: required(s.encapsulationAlgorithm),
      ...using,
    },
    { KeyId: text(), SharedSecret: blob(), EncapsulationAlgorithm: text() },
  ),
  Decrypt: of(
    'decrypt',
    {
      CiphertextBlob: s.ciphertext,
      EncryptionContext: s.encryptionContext,
      KeyId: s.keyId,
      EncryptionAlgorithm: s.encryptionAlgorithm,
      ...using,
      DryRunModifiers: s.dryRunModifiers,
      ...s.recipient,
    },
    { KeyId: text(), Plaintext: blob(), EncryptionAlgorithm: text(), KeyMaterialId: text() },
    { check: requireCiphertext },
  ),
  DeriveSharedSecret: of(
    'deriveSharedSecret',
    {
      ...ofKey,
      KeyAgreementAlgorithm: required(s.keyAgreementAlgorithm),
      PublicKey: required(blob({ min: 1, max: 8_192 })),
      ...using,
      ...s.recipient,
    },
    { KeyId: text(), SharedSecret: blob(), KeyAgreementAlgorithm: text(), KeyOrigin: text() },
  ),
  Encapsulate: of(
    'encapsulate',
    { ...ofKey, EncapsulationAlgorithm: required(s.encapsulationAlgorithm), ...using },
    { KeyId: text(), SharedSecret: blob(), SharedSecretCiphertextBlob: blob(), EncapsulationAlgorithm: text() },
  ),
  Encrypt: of(
    'encrypt',
    {
      ...ofKey,
      Plaintext: required(blob(keyNumbers.plaintext)),
      EncryptionContext: s.encryptionContext,
      EncryptionAlgorithm: s.encryptionAlgorithm,
      ...using,
    },
    { ...ciphertextAndKey, EncryptionAlgorithm: text() },
  ),
  GenerateDataKey: of(
    'generateDataKey',
    { ...ofKey, ...dataKey, ...using, ...s.recipient },
    { ...ciphertextAndKey, Plaintext: blob(), KeyMaterialId: text() },
  ),
  GenerateDataKeyPair: of(
    'generateDataKeyPair',
    { ...ofKey, EncryptionContext: s.encryptionContext, KeyPairSpec: keyPairSpec, ...using, ...s.recipient },
    {
      PrivateKeyCiphertextBlob: blob(),
      PrivateKeyPlaintext: blob(),
      PublicKey: blob(),
      KeyId: text(),
      KeyPairSpec: text(),
      KeyMaterialId: text(),
    },
  ),
  GenerateDataKeyPairWithoutPlaintext: of(
    'generateDataKeyPairWithoutPlaintext',
    { ...ofKey, EncryptionContext: s.encryptionContext, KeyPairSpec: keyPairSpec, ...using },
    { PrivateKeyCiphertextBlob: blob(), PublicKey: blob(), KeyId: text(), KeyPairSpec: text(), KeyMaterialId: text() },
  ),
  GenerateDataKeyWithoutPlaintext: of(
    'generateDataKeyWithoutPlaintext',
    { ...ofKey, ...dataKey, ...using },
    { ...ciphertextAndKey, KeyMaterialId: text() },
  ),
  GenerateMac: of(
    'generateMac',
    { ...ofKey, Message: message, MacAlgorithm: required(s.macAlgorithm), ...using },
    { KeyId: text(), Mac: blob(), MacAlgorithm: text() },
  ),
  GenerateRandom: of(
    'generateRandom',
    { NumberOfBytes: s.numberOfBytes, CustomKeyStoreId: refused(), ...s.recipient },
    { Plaintext: blob() },
    {
      check: ({ NumberOfBytes: size }) =>
        size === undefined ? new AwsError('ValidationException', 'NumberOfBytes is required.') : undefined,
    },
  ),
  GetPublicKey: of(
    'getPublicKey',
    { ...ofKey, GrantTokens: s.grantTokens },
    { KeyId: text(), PublicKey: blob(), ...s.capabilities },
  ),
  ReEncrypt: of(
    'reEncrypt',
    {
      CiphertextBlob: s.ciphertext,
      SourceEncryptionContext: s.encryptionContext,
      SourceKeyId: s.keyId,
      DestinationKeyId: required(s.keyId),
      DestinationEncryptionContext: s.encryptionContext,
      SourceEncryptionAlgorithm: s.encryptionAlgorithm,
      DestinationEncryptionAlgorithm: s.encryptionAlgorithm,
      ...using,
      DryRunModifiers: s.dryRunModifiers,
    },
    {
      CiphertextBlob: blob(),
      SourceKeyId: text(),
      KeyId: text(),
      SourceEncryptionAlgorithm: text(),
      DestinationEncryptionAlgorithm: text(),
      SourceKeyMaterialId: text(),
      DestinationKeyMaterialId: text(),
    },
    { check: requireCiphertext },
  ),
  Sign: of(
    'sign',
    { ...ofKey, Message: message, MessageType: messageType, SigningAlgorithm: required(s.signingAlgorithm), ...using },
    { KeyId: text(), Signature: blob(), SigningAlgorithm: text() },
  ),
  Verify: of(
    'verify',
    {
      ...ofKey,
      Message: message,
      MessageType: messageType,
      Signature: signature,
      SigningAlgorithm: required(s.signingAlgorithm),
      ...using,
    },
    { KeyId: text(), SignatureValid: flag, SigningAlgorithm: text() },
  ),
  VerifyMac: of(
    'verifyMac',
    { ...ofKey, Message: message, MacAlgorithm: required(s.macAlgorithm), Mac: signature, ...using },
    { KeyId: text(), MacValid: flag, MacAlgorithm: text() },
  ),
};

/** Only a dry run that ignores the ciphertext needs none. */
function requireCiphertext({ CiphertextBlob: blob, DryRunModifiers: modifiers }: Record<string, unknown>): AwsError | undefined {
  if (blob !== undefined || Array.isArray(modifiers)) return undefined;
  const rule = "Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null";
  return new AwsError('ValidationException', `1 validation error detected: ${rule}`);
}
