import { invalidKeyState, invalidKeyUsage, keyDisabled } from './key-errors';
import type { KeyUsage } from '@strongroom/key-algorithms';
import type { KeyRecord, KeyState } from './key-record';

/** What KMS says about an operation on an existing key (KMS Developer Guide, "Key states" and "Permissions"). */
export interface KeyOperation {
  /** The states in which the key must be; default: every state. */
  readonly states?: readonly KeyState[];
  /** The usage that the key must have; default: every usage. */
  readonly usage?: KeyUsage;
  /** Whether a request may name the key by an alias. */
  readonly byAlias?: boolean;
  /** Whether a grant can allow it. */
  readonly grantable?: boolean;
}

const ENABLED = ['Enabled'] as const;
const CHANGEABLE = ['Enabled', 'Disabled', 'PendingImport'] as const;
/** Uses of key material. */
const use = (usage?: KeyUsage): KeyOperation => ({ states: ENABLED, byAlias: true, grantable: true, ...(usage && { usage }) });
const encryption = use('ENCRYPT_DECRYPT');
const signature = use('SIGN_VERIFY');
const mac = use('GENERATE_VERIFY_MAC');
const encapsulation = use('ENCAPSULATE_DECAPSULATE');
const always: KeyOperation = {};
const unlessDeleted: KeyOperation = { states: CHANGEABLE };

/** Each operation of KMS on an existing key; `kms:` and its name is its action. */
export const keyOperations = {
  CancelKeyDeletion: { states: ['PendingDeletion'] },
  CreateAlias: unlessDeleted,
  CreateGrant: { states: ENABLED, grantable: true },
  Decapsulate: encapsulation,
  Decrypt: encryption,
  DeleteAlias: { byAlias: true },
  DeleteImportedKeyMaterial: always,
  DeriveSharedSecret: use('KEY_AGREEMENT'),
  DescribeKey: { byAlias: true, grantable: true },
  DisableKey: { states: ['Enabled', 'Disabled'] },
  DisableKeyRotation: { states: ENABLED },
  EnableKey: { states: ['Enabled', 'Disabled'] },
  EnableKeyRotation: { states: ENABLED },
  Encapsulate: encapsulation,
  Encrypt: encryption,
  GenerateDataKey: encryption,
  GenerateDataKeyPair: encryption,
  GenerateDataKeyPairWithoutPlaintext: encryption,
  GenerateDataKeyWithoutPlaintext: encryption,
  GenerateMac: mac,
  GetKeyLastUsage: always,
  GetKeyPolicy: always,
  GetKeyRotationStatus: always,
  GetParametersForImport: unlessDeleted,
  GetPublicKey: use(),
  ImportKeyMaterial: unlessDeleted,
  ListGrants: always,
  ListKeyPolicies: always,
  ListKeyRotations: always,
  ListResourceTags: always,
  PutKeyPolicy: always,
  ReEncryptFrom: encryption,
  ReEncryptTo: encryption,
  RetireGrant: { grantable: true },
  RevokeGrant: always,
  RotateKeyOnDemand: { states: ENABLED },
  ScheduleKeyDeletion: unlessDeleted,
  Sign: signature,
  TagResource: unlessDeleted,
  UntagResource: unlessDeleted,
  UpdateAlias: { states: CHANGEABLE, byAlias: true },
  UpdateKeyDescription: unlessDeleted,
  Verify: signature,
  VerifyMac: mac,
} as const satisfies Readonly<Record<string, KeyOperation>>;

export type KeyOperationName = keyof typeof keyOperations;

/**
 * Whether the key is one for the operation. Callers who may not use the key must not learn this, so authorisation comes first.
 * @throws DomainError DisabledException, KMSInvalidStateException, InvalidKeyUsageException
 */
export function requireUsable(operation: KeyOperationName, key: Pick<KeyRecord, 'arn' | 'state' | 'usage'>): void {
  const { states, usage }: KeyOperation = keyOperations[operation];
  if (states && !states.includes(key.state)) throw wrongState(key, states);
  if (usage && key.usage !== usage) {
    throw invalidKeyUsage(`${key.arn} key usage is ${key.usage} which is not valid for ${operation}.`);
  }
}

function wrongState({ arn, state }: Pick<KeyRecord, 'arn' | 'state'>, allowed: readonly KeyState[]): Error {
  if (!allowed.includes('Enabled')) return invalidKeyState(`${arn} is not pending deletion.`);
  switch (state) {
    case 'Disabled':
      return keyDisabled(`${arn} is disabled.`);
    case 'PendingDeletion':
      return invalidKeyState(`${arn} is pending deletion.`);
    case 'PendingImport':
      return invalidKeyState(`${arn} is pending import.`);
    case 'Enabled':
      return invalidKeyState(`${arn} is enabled.`);
  }
}
