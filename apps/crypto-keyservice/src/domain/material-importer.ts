import type { Clock } from '@strongroom/clock';
import { forget, keyMaterialIdOf, materialBinding, sealWithRootKey, type RootKeySealer } from '@strongroom/envelope';
import type { FairGate } from '@strongroom/fairness';
import { generateDataKeyPair, parseMaterial } from '@strongroom/key-algorithms';
import { createImportParameters, openImportToken, type ImportParameters, type Wrapping } from '@strongroom/key-import';
import type { RandomSource } from '@strongroom/random';
import type { KeyRecord } from './key-record';
import type { ImportedMaterial } from './materials.port';

/** Unwraps what somebody imports, and seals it for its place. It stores nothing. */
export class MaterialImporter {
  constructor(
    private readonly rootKey: RootKeySealer,
    private readonly random: RandomSource,
    private readonly clock: Clock,
    private readonly making: FairGate,
    private readonly generate = generateDataKeyPair,
  ) {}

  /** @throws DomainError ThrottlingException */
  parameters(key: KeyRecord, wrapping: Wrapping): Promise<ImportParameters> {
    return this.making.through(key.accountId, () =>
      createImportParameters(this.rootKey, key, wrapping, this.clock.now(), this.random, this.generate),
    );
  }

  /**
   * The caller forgets what it returns.
   * @throws DomainError InvalidImportTokenException, ExpiredImportTokenException, InvalidCiphertextException,
   * IncorrectKeyMaterialException
   */
  async unwrap(key: KeyRecord, token: Buffer, encrypted: Buffer): Promise<ImportedMaterial> {
    const { accountId, keyId, spec } = key;
    const wrappingKey = openImportToken(this.rootKey, key, token, this.clock.now());
    const unwrapped = await wrappingKey.unwrap(encrypted).finally(() => wrappingKey.forget());
    const { privateMaterial, publicKey } = await parseMaterial(spec, unwrapped).finally(() => forget(unwrapped));
    return {
      materialId: keyMaterialIdOf(key, privateMaterial),
      publicKey,
      seal: (materialVersion) =>
        sealWithRootKey(this.rootKey, materialBinding({ accountId, keyId, materialVersion }, spec), privateMaterial, this.random),
      forget: () => forget(privateMaterial),
    };
  }
}
