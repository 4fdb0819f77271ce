import { invalidCiphertext, type CustomerKeyPlace } from '@strongroom/envelope';
import { FairCache } from '@strongroom/fairness';
import type { KeyRecord, WrappedMaterial } from './key-record';

/** Key material in memory, ready for use. */
interface Ready {
  /** Overwrites the material. */
  forget(): void;
}

interface Unwrapped<Key> {
  wrapped: Buffer;
  key: Key;
}

/**
 * Holds key material that was unwrapped before. Material counts as known only while the record holds exactly the same wrapped
 * blob.
 */
export class MaterialCache<Key extends Ready> {
  private readonly unwrapped: FairCache<Unwrapped<Key>>;

  /**
   * @param capacity the most materials to hold; beyond it, the least recently used one of the account that has most is dropped
   */
  constructor(
    private readonly unwrap: (record: KeyRecord, place: CustomerKeyPlace, wrapped: Buffer) => Key,
    capacity: number,
  ) {
    // Overwrites a dropped key. This is safe because keys are used in the turn in which they are looked up, so nobody holds a
    // dropped one.
    this.unwrapped = new FairCache({ capacity, gone: ({ key }) => key.forget() });
  }

  /** To be used in this turn of the event loop. @throws DomainError InvalidCiphertextException if the key has no such material */
  find(record: KeyRecord, version: number): Key {
    const wrapped = materialOf(record, version)?.wrapped;
    if (!wrapped) throw invalidCiphertext();
    const id = `${record.keyId}:${version}`;
    const known = this.unwrapped.get(record.accountId, id);
    if (known?.wrapped.equals(wrapped)) return known.key;
    const { accountId, keyId } = record;
    const key = this.unwrap(record, { accountId, keyId, materialVersion: version }, wrapped);
    this.unwrapped.set(accountId, id, { wrapped, key });
    return key;
  }

  /** The keys of which it holds material. */
  held(): string[] {
    return [...new Set([...this.unwrapped.keys()].map(([, id]) => id.slice(0, id.indexOf(':'))))];
  }

  /** Erases all material of the key from memory. */
  forget(keyId: string): void {
    for (const [owner, id] of [...this.unwrapped.keys()]) if (id.startsWith(`${keyId}:`)) this.unwrapped.delete(owner, id);
  }
}

export const materialOf = ({ materials }: Pick<KeyRecord, 'materials'>, version: number): WrappedMaterial | undefined =>
  materials.find((material) => material.version === version);
