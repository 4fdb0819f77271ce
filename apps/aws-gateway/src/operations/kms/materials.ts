import { keyNumbers, keyTexts } from '@strongroom/field-rules';
import { blob, flag, integer, list, required, structure, text, timestamp } from '../../model/shapes';
import { expirationModel, keyMaterialId, of, ofKey, one, page, paged } from './shapes';

const token = required(blob(keyNumbers.imported));

/** The material of keys: how it rotates, and where it comes from. */
export const materials = {
  DeleteImportedKeyMaterial: of(
    'deleteImportedKeyMaterial',
    { ...ofKey, KeyMaterialId: keyMaterialId },
    { KeyId: text(), KeyMaterialId: text() },
  ),
  DisableKeyRotation: of('disableKeyRotation', ofKey),
  EnableKeyRotation: of('enableKeyRotation', { ...ofKey, RotationPeriodInDays: integer(keyNumbers.rotationPeriodInDays) }),
  GetKeyRotationStatus: of('getKeyRotationStatus', ofKey, {
    KeyRotationEnabled: flag,
    KeyId: text(),
    RotationPeriodInDays: integer(),
    NextRotationDate: timestamp,
    OnDemandRotationStartDate: timestamp,
  }),
  GetParametersForImport: of(
    'getParametersForImport',
    {
      ...ofKey,
      WrappingAlgorithm: required(
        one(
          'RSAES_PKCS1_V1_5',
          'RSAES_OAEP_SHA_1',
          'RSAES_OAEP_SHA_256',
          'RSA_AES_KEY_WRAP_SHA_1',
          'RSA_AES_KEY_WRAP_SHA_256',
          'SM2PKE',
        ),
      ),
      WrappingKeySpec: required(one('RSA_2048', 'RSA_3072', 'RSA_4096', 'SM2')),
    },
    { KeyId: text(), ImportToken: blob(), PublicKey: blob(), ParametersValidTo: timestamp },
  ),
  ImportKeyMaterial: of(
    'importKeyMaterial',
    {
      ...ofKey,
      ImportToken: token,
      EncryptedKeyMaterial: token,
      ValidTo: timestamp,
      ExpirationModel: expirationModel,
      ImportType: one('NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL'),
      KeyMaterialDescription: text(keyTexts.keyMaterialDescription),
      KeyMaterialId: keyMaterialId,
    },
    { KeyId: text(), KeyMaterialId: text() },
  ),
  ListKeyRotations: of(
    'listKeyRotations',
    { ...ofKey, IncludeKeyMaterial: one('ALL_KEY_MATERIAL', 'ROTATIONS_ONLY'), ...paged },
    {
      Rotations: required(
        list(
          structure({
            KeyId: text(),
            KeyMaterialId: text(),
            KeyMaterialDescription: text(),
            ImportState: text(),
            KeyMaterialState: text(),
            ExpirationModel: text(),
            ValidTo: timestamp,
            RotationDate: timestamp,
            RotationType: text(),
          }),
        ),
      ),
      ...page,
    },
  ),
  RotateKeyOnDemand: of('rotateKeyOnDemand', ofKey, { KeyId: text() }),
};
