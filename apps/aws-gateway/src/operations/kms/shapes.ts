import { DataKeySpec, KeyManager, KeyState } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { keyNumbers, keyTexts } from '@strongroom/field-rules';
import { KEY_SPEC_NAMES, KEY_SPECS } from '@strongroom/key-algorithms/specs';
import type { keyService } from '@strongroom/methods';
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
} from '../../model/shapes';
import { operationsOf } from '../operation';

// What several operations of KMS have in common.

export const of = operationsOf<typeof keyService>('keys');

/** One of these, as AWS spells them. */
export const one = (...values: readonly string[]) => text({ values });

export const keyId = text({ min: 1, max: 2_048 });
export const ofKey: Members = { KeyId: required(keyId) };
export const marker = text({ min: 1, max: 1_024 });
export const limit = integer(keyNumbers.limit);
export const paged: Members = { Limit: limit, Marker: marker };
export const page: Members = { NextMarker: text(), Truncated: flag };
export const encryptionContext = map(text());
export const numberOfBytes = integer(keyNumbers.numberOfBytes);
export const keySpecOfData = oneOf({ AES_256: DataKeySpec.AES_256, AES_128: DataKeySpec.AES_128 });
export const ciphertext = blob(keyNumbers.ciphertext);
export const grantTokens = list(text(keyTexts.grantToken), keyNumbers.grantTokens);
/** Of operations that use a key. */
export const using: Members = { GrantTokens: grantTokens, DryRun: flag };
export const dryRunModifiers = list(one('IGNORE_CIPHERTEXT'), { max: 1 });
/** For Nitro enclaves. */
export const recipient: Members = { Recipient: refused() };

const algorithms = [...new Set(KEY_SPEC_NAMES.flatMap((spec) => Object.entries(KEY_SPECS[spec].usages)))] as [string, string[]][];
const algorithmsOfUsage = (usage: string) =>
  one(...new Set(algorithms.flatMap(([name, names]) => (name === usage ? names : []))));
export const keySpec = one(...KEY_SPEC_NAMES);
export const keyUsage = one(...new Set(algorithms.map(([usage]) => usage)));
export const encryptionAlgorithm = algorithmsOfUsage('ENCRYPT_DECRYPT');
export const signingAlgorithm = algorithmsOfUsage('SIGN_VERIFY');
export const macAlgorithm = algorithmsOfUsage('GENERATE_VERIFY_MAC');
export const keyAgreementAlgorithm = algorithmsOfUsage('KEY_AGREEMENT');
export const encapsulationAlgorithm = algorithmsOfUsage('ENCAPSULATE_DECAPSULATE');
export const expirationModel = one('KEY_MATERIAL_EXPIRES', 'KEY_MATERIAL_DOES_NOT_EXPIRE');
export const keyMaterialId = text(keyTexts.keyMaterialId);

export const tags = list(
  structure({
    TagKey: named('key', required(text(keyTexts.tagKey))),
    TagValue: named('value', required(text(keyTexts.tagValue))),
  }),
);

/** What a key can do. */
export const capabilities: Members = {
  CustomerMasterKeySpec: named('keySpec', text()),
  KeySpec: text(),
  KeyUsage: text(),
  EncryptionAlgorithms: list(text()),
  SigningAlgorithms: list(text()),
  KeyAgreementAlgorithms: list(text()),
  EncapsulationAlgorithms: list(text()),
};

export const keyState = oneOf({
  Enabled: KeyState.ENABLED,
  Disabled: KeyState.DISABLED,
  PendingDeletion: KeyState.PENDING_DELETION,
  PendingImport: KeyState.PENDING_IMPORT,
});

export const aboutKey: Members = {
  KeyMetadata: structure({
    AWSAccountId: text(),
    KeyId: required(text()),
    Arn: text(),
    CreationDate: timestamp,
    Enabled: flag,
    Description: required(text()),
    KeyState: keyState,
    DeletionDate: timestamp,
    ValidTo: timestamp,
    Origin: text(),
    ExpirationModel: text(),
    KeyManager: oneOf({ AWS: KeyManager.AWS, CUSTOMER: KeyManager.CUSTOMER }),
    ...capabilities,
    MacAlgorithms: list(text()),
    MultiRegion: flag,
    CurrentKeyMaterialId: text(),
  }),
};
