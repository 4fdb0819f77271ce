import { DataKeySpec, KeyManager, KeyState, type KeyMetadata } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { algorithmsOf as algorithmsOfSpec, type KeyUsage } from '@strongroom/key-algorithms';
import { expirationModel } from '../domain/import-rules';
import { validationFailed } from '../domain/key-errors';
import type { KeyRecord } from '../domain/key-record';
import type { KeyRing } from '../domain/key-ring';
import { requireNumberOfBytes } from '../domain/limits';

const STATES = {
  Enabled: KeyState.ENABLED,
  Disabled: KeyState.DISABLED,
  PendingDeletion: KeyState.PENDING_DELETION,
  PendingImport: KeyState.PENDING_IMPORT,
} as const satisfies Record<KeyRecord['state'], KeyState>;

export const stateMessage = (state: KeyRecord['state']): KeyState => STATES[state];

/** @param ring tells the id of its current material */
export const toKeyMetadata = (key: KeyRecord, ring: Pick<KeyRing, 'materialIdOf'>): KeyMetadata => {
  const current = key.materials.find(({ version }) => version === key.currentMaterial);
  const isThere = key.origin === 'EXTERNAL' && current !== undefined && key.state !== 'PendingImport';
  return {
    awsAccountId: key.accountId,
    keyId: key.keyId,
    arn: key.arn,
    creationDate: key.createdAt,
    enabled: key.state === 'Enabled',
    description: key.description,
    keyState: stateMessage(key.state),
    keyManager: key.manager === 'AWS' ? KeyManager.AWS : KeyManager.CUSTOMER,
    keySpec: key.spec,
    keyUsage: key.usage,
    origin: key.origin,
    multiRegion: false,
    deletionDate: key.deletionAt,
    validTo: isThere ? key.materialUntil : undefined,
    expirationModel: isThere ? expirationModel(key.materialUntil) : '',
    ...algorithmsOf(key),
    currentKeyMaterialId: ring.materialIdOf(key),
    currentKeyMaterialVersion: key.currentMaterial,
  };
};

/** What the key can do; the names of the lists are those of KMS. */
export const algorithmsOf = (key: KeyRecord) => ({
  encryptionAlgorithms: algorithms(key, 'ENCRYPT_DECRYPT'),
  signingAlgorithms: algorithms(key, 'SIGN_VERIFY'),
  keyAgreementAlgorithms: algorithms(key, 'KEY_AGREEMENT'),
  macAlgorithms: algorithms(key, 'GENERATE_VERIFY_MAC'),
  encapsulationAlgorithms: algorithms(key, 'ENCAPSULATE_DECAPSULATE'),
});

const algorithms = ({ spec, usage }: KeyRecord, wanted: KeyUsage): string[] =>
  usage === wanted ? [...algorithmsOfSpec(spec, usage)] : [];

/** The bytes of the requested data key: AES_256 by default. @throws DomainError ValidationException */
export function dataKeyLength({ keySpec, numberOfBytes }: { keySpec: DataKeySpec; numberOfBytes?: number }): number {
  if (numberOfBytes !== undefined) {
    if (keySpec !== DataKeySpec.UNSPECIFIED) throw validationFailed('Please specify either number of bytes or key spec.');
    return requireNumberOfBytes(numberOfBytes);
  }
  switch (keySpec) {
    case DataKeySpec.UNSPECIFIED:
    case DataKeySpec.AES_256:
      return 32;
    case DataKeySpec.AES_128:
      return 16;
    default:
      throw validationFailed('KeySpec must be AES_256 or AES_128.');
  }
}
