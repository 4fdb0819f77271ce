import { DataKeySpec, KeyManager, KeyState, type KeyMetadata } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { validationFailed } from '../domain/key-errors';
import { KEY_KIND, type KeyRecord } from '../domain/key-record';
import { requireNumberOfBytes } from '../domain/limits';

const STATES = {
  Enabled: KeyState.ENABLED,
  Disabled: KeyState.DISABLED,
  // No operation leads to this state yet, so the contract has no name for it.
  PendingDeletion: KeyState.UNSPECIFIED,
} as const;

export const toKeyMetadata = (key: KeyRecord): KeyMetadata => ({
  awsAccountId: key.accountId,
  keyId: key.keyId,
  arn: key.arn,
  creationDate: key.createdAt,
  enabled: key.state === 'Enabled',
  description: key.description,
  keyState: STATES[key.state],
  keyManager: key.manager === 'AWS' ? KeyManager.AWS : KeyManager.CUSTOMER,
  ...KEY_KIND,
  multiRegion: false,
});

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
