import { forget, materialBinding, openWithRootKey, sealWithRootKey, type RootKeySealer } from '@strongroom/envelope';
import {
  generateDataKeyPair,
  generateMaterial,
  MacKey,
  PrivateKey,
  PublicKey,
  type DataKeyPair,
  type DataKeyPairSpec,
} from '@strongroom/key-algorithms';
import type { RandomSource } from '@strongroom/random';
import { keyMaking } from './key-making';
import type { KeyKind, KeyRecord, WrappedMaterial } from './key-record';
import { MaterialCache, materialOf } from './material-cache';

const CAPACITY = 10_000;

/** The material of asymmetric and MAC keys. Such a key has one material, for ever. */
export class KeyPairs {
  private readonly privateKeys: MaterialCache<PrivateKey>;
  private readonly macKeys: MaterialCache<MacKey>;

  constructor(
    private readonly rootKey: RootKeySealer,
    private readonly random: RandomSource,
    private readonly making = keyMaking(),
    capacity = CAPACITY,
  ) {
    const opened =
      <Key>(use: (spec: KeyKind['spec'], material: Buffer) => Key) =>
      ({ spec }: KeyRecord, place: Parameters<typeof materialBinding>[0], wrapped: Buffer): Key => {
        const material = openWithRootKey(rootKey, materialBinding(place, spec), wrapped);
        try {
          return use(spec, material);
        } finally {
          forget(material);
        }
      };
    this.privateKeys = new MaterialCache(
      opened((spec, material) => PrivateKey.fromMaterial(spec, material)),
      capacity,
    );
    this.macKeys = new MaterialCache(
      opened((spec, material) => MacKey.fromMaterial(spec, material)),
      capacity,
    );
  }

  /** The material of a new key. RSA takes some hundred milliseconds of another thread. */
  async newMaterial(accountId: string, keyId: string, spec: KeyKind['spec']): Promise<WrappedMaterial> {
    const { privateMaterial, publicKey } = await this.making.through(accountId, () => generateMaterial(spec, this.random));
    const place = { accountId, keyId, materialVersion: 1 };
    const wrapped = sealWithRootKey(this.rootKey, materialBinding(place, spec), privateMaterial, this.random);
    forget(privateMaterial);
    return { version: 1, wrapped, publicKey };
  }

  /** A pair for a caller of the account. */
  generate(accountId: string, spec: DataKeyPairSpec): Promise<DataKeyPair> {
    return this.making.through(accountId, () => generateDataKeyPair(spec, this.random));
  }

  /** To be used in this turn of the event loop. */
  privateKey(record: KeyRecord): PrivateKey {
    return this.privateKeys.find(record, record.currentMaterial);
  }

  /** To be used in this turn of the event loop. */
  macKey(record: KeyRecord): MacKey {
    return this.macKeys.find(record, record.currentMaterial);
  }

  publicKey(record: KeyRecord): PublicKey {
    const spki = materialOf(record, record.currentMaterial)?.publicKey;
    // A key without one is of another usage, or pending import, and neither comes here.
    if (!spki) throw new Error(`the key ${record.keyId} has no public key`);
    return PublicKey.fromSpki(record.spec, spki);
  }

  held(): string[] {
    return [...this.privateKeys.held(), ...this.macKeys.held()];
  }

  forget(keyId: string): void {
    this.privateKeys.forget(keyId);
    this.macKeys.forget(keyId);
  }
}
